import { describe, expect, test } from 'bun:test'
import { hashToken, startSession } from '../../src/user/login/session.ts'
import { call, register } from '../support/api.ts'
import { chatUrl, openDevice, rawDevice } from '../support/chat/device.ts'
import { encode, openRaw } from '../support/chat/raw.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const withServer =
  (flags: Parameters<typeof bootServer>[0], body: (server: TestServer) => Promise<void>) =>
  async () => {
    await using server = await bootServer({ log: 'off', ...flags })
    await body(server)
  }

describe('the rate of messages', () => {
  test(
    'is shared by all sockets of a user and HTTP, and recovers after a pause',
    withServer({ messageRate: '2' }, async (server) => {
      const [ann, bob] = [await register(server), await register(server)]
      const [one, two] = [await openDevice(server, ann.token), await openDevice(server, ann.token)]
      const send = (at: number) => ({
        type: 'send',
        to_user_id: bob.id,
        content: 'x',
        client_id: `${at}`,
      })
      // Ten seconds' worth may come at once: 20, which one socket uses up for the other one too.
      for (const [device, first] of [
        [one, 0],
        [two, 40],
      ] as const) {
        for (let i = 0; i < 40; i++) device.say(send(first + i))
        const error = await device.next('error')
        expect(error.client_id).toMatch(/^\d+$/)
        expect(error.status_code).toBe(9429)
      }
      await one.next('ack')
      expect(two.frames.filter(({ type }) => type === 'ack').length).toBeLessThan(20)
      const action = `${server.url}/douyin/message/action/?token=${ann.token}&to_user_id=${bob.id}&action_type=1&content=x`
      // Many, since one may come again with every half second that this takes.
      const posted = await Promise.all(
        Array.from({ length: 20 }, () => fetch(action, { method: 'POST' })),
      )
      const refused = posted.find(({ status }) => status === 429)!
      expect(refused).toBeDefined()
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await refused.json()).toMatchObject({ status_code: 9429 })
      // Nobody pays for another one.
      const other = { token: bob.token, to_user_id: ann.id, action_type: 1, content: 'y' }
      expect(await call(server, 'POST', 'message/action/', other)).toMatchObject({ status_code: 0 })
      const acks = () => two.frames.filter(({ type }) => type === 'ack').length
      const before = acks()
      for (let i = 100; acks() === before; i++) {
        await Bun.sleep(100)
        two.say(send(i))
      }
      expect(one.socket.readyState).toBe(WebSocket.OPEN)
    }),
  )

  test(
    'closes with 1008 a socket that keeps sending beyond it',
    withServer({ messageRate: '1' }, async (server) => {
      const { token } = await register(server)
      const device = await openDevice(server, token)
      for (let i = 0; i < 2000; i++) device.say('x')
      expect((await device.closed).code).toBe(1008)
      expect(device.frames.length).toBeLessThan(600)
    }),
  )
})

describe('sockets end', () => {
  test(
    'with their session: at once when a login replaces it, and no other socket',
    withServer({}, async (server) => {
      const ann = await register(server)
      const first = await openDevice(server, ann.token)
      // More than one user may have.
      const later = Date.now() + 1000
      for (let i = 0; i < 100; i++) await startSession(server.ctx.store, ann.id, later)
      const login = { username: ann.name, password: 'secret-1' }
      const { token } = await call(server, 'POST', 'user/login/', login)
      expect(await first.closed).toEqual({ code: 4401, reason: 'session ended' })
      const second = await openDevice(server, token)
      await second.settled()
    }),
  )

  test(
    'with their session: also when another process ended it, or it expired',
    withServer({}, async (server) => {
      const [ann, bob] = [await register(server), await register(server)]
      const [gone, stays] = [
        await openDevice(server, ann.token),
        await openDevice(server, bob.token),
      ]
      await server.ctx.store.sessions.touch(hashToken(ann.token), 1, 1)
      // What the timer does every ten seconds.
      server.ctx.bus.publish(ann.id, () => ({ type: 'sessions' }))
      server.ctx.bus.publish(bob.id, () => ({ type: 'sessions' }))
      expect((await gone.closed).code).toBe(4401)
      await stays.settled()
    }),
  )

  test(
    'when there are too many of one user: the oldest, with 1008',
    withServer({}, async (server) => {
      const [ann, bob] = [await register(server), await register(server)]
      const other = await openDevice(server, bob.token)
      const devices = []
      for (let i = 0; i < 102; i++) devices.push(await openDevice(server, ann.token))
      expect((await devices[0]!.closed).code).toBe(1008)
      expect((await devices[1]!.closed).code).toBe(1008)
      await Promise.all([...devices.slice(2), other].map((device) => device.settled()))
    }),
  )

  test('with 1001 when the server stops', async () => {
    const server = await bootServer({ log: 'off' })
    const { token } = await register(server)
    const device = await openDevice(server, token)
    await server[Symbol.asyncDispose]()
    expect((await device.closed).code).toBe(1001)
  })
})

describe('a client that never reads', () => {
  test(
    'is closed with 1013, costs little memory, and misses nothing after a sync',
    withServer({ messageRate: '1000000' }, async (server) => {
      const [ann, bob] = [await register(server), await register(server)]
      const raw = await openRaw(server.url, `/douyin/message/ws?token=${bob.token}`)
      await raw.next()
      raw.frame(1, JSON.stringify({ type: 'sync', after_id: 0 }))
      expect((await raw.next())?.payload.toString()).toContain('synced')
      raw.socket.pause()
      const sender = await openDevice(server, ann.token)
      const content = '猫'.repeat(2000)
      const before = process.memoryUsage().rss
      // 24 MB: some ten of them fit into the buffers of the system.
      const total = 4000
      for (let i = 0; i < total; i += 100) {
        for (let j = i; j < i + 100; j++) {
          sender.say({
            type: 'send',
            to_user_id: bob.id,
            content: `${j} ${content}`.slice(0, 2000),
            client_id: `${j}`,
          })
        }
        for (let j = 0; j < 100; j++) await sender.next('ack')
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20)
      raw.socket.resume()
      expect(await raw.closeCode()).toBe(1013)
      const again = await openDevice(server, bob.token, { afterId: 0 })
      await again.next('synced')
      expect(again.messages().map((one) => Number.parseInt(one.content, 10))).toEqual(
        Array.from({ length: total }, (_, at) => at),
      )
    }),
    60_000,
  )

  // Bun cuts a closed socket by a timer of its own, five seconds later or less where `idleTimeout` is short.
  test(
    'is told why when it reads again seconds later',
    withServer({ messageRate: '1000000' }, async (server) => {
      const [ann, bob] = [await register(server), await register(server)]
      const raw = await openRaw(server.url, `/douyin/message/ws?token=${bob.token}`)
      await raw.next()
      raw.socket.pause()
      const sender = await openDevice(server, ann.token)
      const send = { type: 'send', to_user_id: bob.id, content: '猫'.repeat(2000) }
      const open = async () =>
        /^douyin_websockets (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]
      for (let sent = 0; (await open()) === '2'; ) {
        for (let i = 0; i < 100; i++) sender.say({ ...send, client_id: `${sent++}` })
        for (let i = 0; i < 100; i++) await sender.next('ack')
      }
      expect(await open()).toBe('1')
      await Bun.sleep(5500)
      raw.socket.resume()
      expect(await raw.closeCode()).toBe(1013)
    }),
    60_000,
  )

  test(
    'and sends all the time is no longer read from',
    withServer({ messageRate: '1000000' }, async (server) => {
      const { token } = await register(server)
      const raw = await openRaw(server.url, `/douyin/message/ws?token=${token}`)
      await raw.next()
      raw.socket.pause()
      const bad = JSON.stringify({ type: 'nothing', client_id: 'x'.repeat(64) })
      const burst = Buffer.concat(Array.from({ length: 1000 }, () => encode(1, bad)))
      // Until the server stops reading, and the buffers of the system on our side are full too.
      for (let i = 0; i < 1000 && raw.socket.writableLength < 8 << 20; i++) {
        raw.write(burst)
        await Bun.sleep(0)
      }
      expect(raw.socket.writableLength).toBeGreaterThan(4 << 20)
      raw.end()
      const device = rawDevice(chatUrl(server, `?token=${token}`))
      await device.next('ready')
      await device.settled()
    }),
    60_000,
  )
})

// Each sync sets the place back before its reading came to the new messages, and their acks, each with
// the whole text, waited without bound for as long as somebody liked.
test(
  'a client that asks for old messages again and again gets its acks amid all the asking',
  withServer({ messageRate: '1000000' }, async (server) => {
    const [ann, bob] = [await register(server), await register(server)]
    const { messages } = server.ctx.store
    const old = { fromUserId: bob.id, toUserId: ann.id, content: 'old', clientId: null }
    for (let i = 0; i < 10; i++) {
      await Promise.all(Array.from({ length: 500 }, () => messages.send(old)))
    }
    const device = await openDevice(server, ann.token)
    const acks = () => device.frames.filter(({ type }) => type === 'ack').length
    let sent = 0
    while (acks() === 0 && sent < 4000) {
      device.say({ type: 'sync', after_id: 0 })
      for (let i = 0; i < 8; i++) {
        device.say({ type: 'send', to_user_id: bob.id, content: 'new', client_id: `${sent++}` })
      }
      await Bun.sleep(5)
    }
    // Some hundred may wait, and what was on its way before the server stopped reading.
    expect(sent).toBeLessThan(4000)
    await until(() => acks() === sent)
    const acked = device.frames.flatMap((f) => (f.type === 'ack' ? [f.client_id] : []))
    expect(acked).toEqual(Array.from({ length: sent }, (_, at) => `${at}`))
  }),
  60_000,
)
