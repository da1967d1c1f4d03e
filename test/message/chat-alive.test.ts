import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Socket, Transport } from '../../src/message/socket/transport.ts'
import { call } from '../support/api.ts'
import { openRaw } from '../support/chat/raw.ts'
import { bootServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 180_000 : 60_000)

/** A phone on a clock of its own: `tick` lets 5 s pass and has the server look whether it is there. */
function phoneOn() {
  const events: string[] = []
  let at = 1000
  let buffered = 0
  let takes = true
  const socket: Socket = {
    isPaused: false,
    send: (text) => {
      if (takes) return String(text).length
      buffered += String(text).length
      return -1
    },
    cork: () => undefined as never,
    ping: () => events.push('ping'),
    close: (code) => void events.push(`close ${code}`),
    terminate: () => void events.push('terminate'),
    pause: () => void Object.assign(socket, { isPaused: true }),
    resume: () => void Object.assign(socket, { isPaused: false }),
    getBufferedAmount: () => buffered,
  }
  const transport = new Transport(() => at)
  transport.attach(socket)
  return {
    transport,
    events,
    tick() {
      at += 5_000
      transport.checkAlive()
    },
    /** From now on the connection takes nothing more. */
    jam() {
      takes = false
    },
    drain(bytes: number) {
      buffered -= bytes
    },
  }
}

/** Seconds until something happened to the connection, 0 if nothing did in ten minutes. */
function secondsUntilGone(phone: ReturnType<typeof phoneOn>, each: () => unknown): number {
  for (let seconds = 5; seconds <= 600; seconds += 5) {
    each()
    phone.tick()
    if (phone.events.some((event) => event !== 'ping')) return seconds
  }
  return 0
}

describe('a phone that died', () => {
  test('is pinged, and given up, within 70 s', () => {
    const phone = phoneOn()
    expect(secondsUntilGone(phone, () => {})).toBe(55)
    expect(phone.events).toEqual(['ping', 'terminate'])
  })

  // What is sent to it is no sign of it.
  test('while it is pushed to is given up as soon', () => {
    const phone = phoneOn()
    expect(secondsUntilGone(phone, () => phone.transport.send('hello'))).toBe(55)
    expect(phone.events).toEqual(['ping', 'terminate'])
  })

  test('and whose connection then fills up is given up as soon, however late it is full', () => {
    for (const fullAfter of [0, 5, 20, 40, 50]) {
      const phone = phoneOn()
      let passed = 0
      const gone = secondsUntilGone(phone, () => {
        if (passed === fullAfter) phone.jam()
        // Acks that can't be sent are no sign of it.
        if (phone.transport.isFull) phone.transport.holdAcks(300)
        if (!phone.transport.isFull) phone.transport.send('hello')
        passed += 5
      })
      expect([fullAfter, gone]).toEqual([fullAfter, 55])
      expect(phone.events.at(-1)).toBe('close 1013')
    }
  })
})

describe('a phone that is there', () => {
  test('is kept for whatever it sends, a pong too', () => {
    const phone = phoneOn()
    let turns = 0
    expect(secondsUntilGone(phone, () => ++turns % 8 === 0 && phone.transport.heard())).toBe(0)
    // Pinged once in each silence.
    expect(phone.events.length).toBe(Math.floor(turns / 8))
  })

  test('is kept as long as it takes something of what waits for it', () => {
    const phone = phoneOn()
    phone.jam()
    phone.transport.send('x'.repeat(1000))
    let turns = 0
    expect(secondsUntilGone(phone, () => ++turns % 8 === 0 && phone.drain(1))).toBe(0)
  })
})

test.skipIf(!long)(
  'a real socket that replies to nothing is cut while it is pushed to',
  async () => {
    await using server = await bootServer({ log: 'off' })
    const [ann, bob] = await storedUsers(server, 2)
    const raw = await openRaw(server.url, `/douyin/message/ws?token=${ann!.token}`)
    let isOver = false
    const pushing = (async () => {
      const message = { token: bob!.token, to_user_id: ann!.id, action_type: 1, content: 'x' }
      for (; !isOver; await Bun.sleep(500)) await call(server, 'POST', 'message/action/', message)
    })()
    expect(await raw.closeCode()).toBeNull()
    isOver = true
    await pushing
  },
)
