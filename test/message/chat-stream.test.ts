import { describe, expect, test } from 'bun:test'
import type { ServerWebSocket } from 'bun'
import type { MessageEvent } from '../../src/bus/bus.ts'
import { Connection } from '../../src/message/socket/connection.ts'
import { messageText, readText, type ServerFrame } from '../../src/message/socket/frames.ts'
import { maxBufferedBytes, type Socket } from '../../src/message/socket/transport.ts'
import type { Message, Messages, ReadPlace } from '../../src/store/message.ts'

// A connection between a bus that loses, repeats and reorders, a store that takes its time, and a
// socket that is full now and then: what is sent to the client must not show any of that.

/** Chance that repeats: mulberry32. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const me = 1

/** The messages of one user, read with random delays. */
function slowStore(random: () => number) {
  const rows: Message[] = []
  const places: ReadPlace[] = []
  const wait = () => (random() < 0.5 ? Promise.resolve() : Bun.sleep(0))
  const messages = {
    async newest() {
      await wait()
      return rows.at(-1)?.id ?? 0
    },
    async ofUser(_: number, { afterId, limit }: { afterId: number; limit: number }) {
      await wait()
      const found = rows.filter(({ id }) => id > afterId).slice(0, limit)
      await wait()
      return found
    },
    async readPlaces(_: number, { afterPeerId }: { afterPeerId: number }) {
      await wait()
      return places.filter(({ peerId }) => peerId > afterPeerId)
    },
  } as unknown as Messages
  const add = (fromMe: boolean) => {
    const previous = rows.at(-1)?.id ?? 0
    const id = previous + 1 + Math.floor(random() * 3)
    const people = fromMe ? { fromUserId: me, toUserId: 2 } : { fromUserId: 2, toUserId: me }
    rows.push({ id, ...people, content: 'x'.repeat(random() * 50), createdAt: id })
    return { message: rows.at(-1)!, previous }
  }
  return { rows, places, messages, add }
}

/** A socket that is full from when `fills` says so until `drain`. */
function socketOf(fills: () => boolean) {
  const frames: ServerFrame[] = []
  let code = 0
  let isFull = false
  const socket: Socket = {
    isPaused: false,
    send(text) {
      if (code !== 0) return 0
      frames.push(JSON.parse(String(text)) as ServerFrame)
      isFull ||= fills()
      return isFull ? -1 : 1
    },
    cork: (write) => write(socket as ServerWebSocket<unknown>),
    close: (given = 1000) => {
      code = given
    },
    pause() {},
    resume() {},
    ping: () => 1,
    terminate() {},
    getBufferedAmount: () => (isFull ? 1 : 0),
  }
  return {
    socket,
    frames,
    code: () => code,
    drain() {
      isFull = false
    },
  }
}

const eventOf = ({ message, previous }: { message: Message; previous: number }): MessageEvent => ({
  type: 'message',
  id: message.id,
  previous,
  message: JSON.stringify({ id: message.id }),
  by: null,
})

function connectionOn(messages: Messages, socket: Socket, afterId: number | null, cursor = 0) {
  const failures: unknown[] = []
  const log = {
    request() {},
    note() {},
    failure: (_: string, error: unknown) => failures.push(error),
  }
  const owner = { userId: me, token: 't', session: 's', language: 'en' } as const
  const connection = new Connection(
    { messages, log, turn: () => new Promise((resolve) => setImmediate(resolve)) },
    owner,
    cursor,
    afterId,
  )
  connection.opened(socket)
  return { connection, failures }
}

const idsOf = (frames: readonly ServerFrame[]) =>
  frames.flatMap((frame) =>
    frame.type === 'message' || frame.type === 'ack' ? [frame.message.id] : [],
  )

describe('a connection', () => {
  test.each(Array.from({ length: 40 }, (_, at) => at + 1))(
    'sends each message once and in order, whatever the bus loses or repeats: %d',
    async (seed) => {
      const random = chance(seed)
      const { rows, messages, add } = slowStore(random)
      for (let i = 0; i < 100; i++) add(false)
      const { socket, frames, code, drain } = socketOf(() => random() < 0.05)
      const { connection, failures } = connectionOn(messages, socket, 0)
      const acked: string[] = []
      let events: MessageEvent[] = []
      for (let i = 0; i < 400; i++) {
        const own = random() < 0.2
        const sent = add(own)
        if (own) {
          acked.push(`c${i}`)
          const { message, previous } = sent
          const before = { ofSender: previous, ofReceiver: 0 }
          const json = JSON.stringify({ id: message.id })
          connection.acknowledge(`c${i}`, { message, repeated: false, previous: before }, json)
        } else if (random() > 0.1) events.push(eventOf(sent))
        if (random() < 0.1 && events[0]) events.push(events[0])
        if (random() < 0.1) events.reverse()
        if (random() < 0.6) {
          for (const event of events) connection.deliver(event, messageText(event.message))
          events = []
        }
        if (random() < 0.3) await Bun.sleep(0)
        if (random() < 0.3) {
          drain()
          connection.drained()
        }
      }
      // What the bus lost last is noticed with the next event, or by a sync as after a reconnect.
      const last = add(false)
      connection.deliver(eventOf(last), messageText(JSON.stringify({ id: last.message.id })))
      const synced = () => frames.filter(({ type }) => type === 'synced').length
      while (idsOf(frames).at(-1) !== last.message.id || synced() === 0) {
        await Bun.sleep(0)
        drain()
        connection.drained()
      }
      expect(failures).toEqual([])
      expect(code()).toBe(0)
      expect(idsOf(frames)).toEqual(rows.map(({ id }) => id))
      const acks = frames.flatMap((frame) => (frame.type === 'ack' ? [frame.client_id] : []))
      expect(acks).toEqual(acked)
      expect(synced()).toBe(1)
    },
  )

  test('syncs again from anywhere, each time whole, while messages come', async () => {
    const random = chance(99)
    const { rows, messages, add } = slowStore(random)
    for (let i = 0; i < 300; i++) add(false)
    const { socket, frames } = socketOf(() => false)
    const { connection } = connectionOn(messages, socket, null, rows.at(-1)!.id)
    for (const from of [0, 150, 299, 0]) {
      const start = frames.length
      const synced = () => frames.slice(start).findIndex(({ type }) => type === 'synced')
      await connection.sync(from === 0 ? 0 : rows[from]!.id)
      while (synced() === -1) {
        const sent = add(false)
        connection.deliver(eventOf(sent), messageText(JSON.stringify({ id: sent.message.id })))
        await Bun.sleep(0)
      }
      const got = idsOf(frames.slice(start, start + synced()))
      const expected = rows.slice(from === 0 ? 0 : from + 1).map(({ id }) => id)
      expect(got).toEqual(expected.slice(0, got.length))
      expect(got.length).toBeGreaterThanOrEqual(300 - from - 1)
    }
  })

  test('two syncs at once are both completed, and the stream ends where the last one asked', async () => {
    const { rows, messages, add } = slowStore(chance(5))
    for (let i = 0; i < 200; i++) add(false)
    const { socket, frames } = socketOf(() => false)
    const { connection } = connectionOn(messages, socket, null)
    await Promise.all([connection.sync(0), connection.sync(rows[99]!.id)])
    while (frames.filter(({ type }) => type === 'synced').length < 2) await Bun.sleep(0)
    expect(idsOf(frames).slice(-100)).toEqual(rows.slice(100).map(({ id }) => id))
  })
})

// Whoever was sent nothing would send it again for ever, and the socket would not be read from.
test('an ack whose message is stored no longer is sent when all others are', async () => {
  const { rows, messages, add } = slowStore(chance(3))
  for (let i = 0; i < 200; i++) add(false)
  const { socket, frames } = socketOf(() => false)
  const { connection } = connectionOn(messages, socket, 0)
  const { message, previous } = add(true)
  const sent = {
    message,
    repeated: false,
    previous: { ofSender: previous, ofReceiver: 0 },
  } as const
  connection.acknowledge('mine', sent, JSON.stringify({ id: message.id }))
  rows.pop()
  while (!frames.some(({ type }) => type === 'synced')) await Bun.sleep(0)
  expect(frames.filter(({ type }) => type === 'ack')).toHaveLength(1)
})

describe('a connection whose client reads nothing', () => {
  test('is closed with 1013 once a megabyte was not sent to it', async () => {
    const { messages, add } = slowStore(chance(1))
    const { socket, frames, code } = socketOf(() => true)
    const { connection } = connectionOn(messages, socket, 0)
    const text = messageText(JSON.stringify({ id: 1, content: 'x'.repeat(10_000) }))
    let missed = 0
    while (code() === 0 && missed < 3 * maxBufferedBytes) {
      connection.deliver(eventOf(add(false)), text)
      missed += text.length
      if (missed % 10 === 0) await Bun.sleep(0)
    }
    expect(code()).toBe(1013)
    expect(missed).toBeGreaterThan(maxBufferedBytes)
    expect(missed).toBeLessThan(maxBufferedBytes + 2 * text.length)
    // What it was sent beyond the frame that filled it would be memory.
    expect(frames.length).toBeLessThanOrEqual(2)
    expect(connection.transport.isFull).toBe(false)
  })

  test('stops a sync at the frame that was too much, and goes on from there', async () => {
    const { rows, messages, add } = slowStore(chance(1))
    for (let i = 0; i < 300; i++) add(false)
    const { socket, frames, code, drain } = socketOf(() => true)
    const { connection } = connectionOn(messages, socket, 0)
    for (let i = 0; i < 20; i++) await Bun.sleep(0)
    // `ready` alone was too much.
    expect(frames).toHaveLength(1)
    for (const { id } of rows) {
      drain()
      connection.drained()
      while (idsOf(frames).at(-1) !== id) await Bun.sleep(0)
    }
    expect(idsOf(frames)).toEqual(rows.map(({ id }) => id))
    expect(code()).toBe(0)
  })

  // A receipt is pushed once: one that a full socket was not sent would never be heard of.
  test('tells what was read meanwhile when its client reads again', async () => {
    const { rows, places, messages, add } = slowStore(chance(1))
    add(true)
    let isSlow = false
    const { socket, frames, drain } = socketOf(() => isSlow)
    const { connection } = connectionOn(messages, socket, 0)
    while (!frames.some(({ type }) => type === 'synced')) await Bun.sleep(0)
    isSlow = true
    connection.send({ type: 'typing', from_user_id: 2 })
    expect(connection.transport.isFull).toBe(true)
    const upTo = rows[0]!.id
    places.push({ peerId: 2, ownReadId: 0, peerReadId: upTo })
    const frame = readText(2, me, upTo)
    connection.signal(frame, true)
    expect(frames.at(-1)).toMatchObject({ type: 'typing' })
    isSlow = false
    drain()
    connection.drained()
    while (frames.at(-1)?.type !== 'read') await Bun.sleep(0)
    expect(frames.at(-1)).toEqual(JSON.parse(frame))
  })
})
