import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { withDevices } from '../support/chat/with-devices.ts'
import { bootServer, type TestServer } from '../support/server.ts'

let server: TestServer
let ann: User
let bob: User
type User = Awaited<ReturnType<typeof register>>

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
  ann = await register(server)
  bob = await register(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const send = (to: User, content: string, client_id: string) => ({
  type: 'send',
  to_user_id: to.id,
  content,
  client_id,
})

const post = (from: User, to: User, content: string) =>
  call(server, 'POST', 'message/action/', {
    token: from.token,
    to_user_id: to.id,
    action_type: 1,
    content,
  })

describe('a message', () => {
  test('sent on a socket reaches every other device of both, and the sender as ack alone', () =>
    withDevices(server, [ann, ann, bob, bob], async (a1, a2, b1, b2) => {
      a1!.say(send(bob, 'hello', 'one'))
      const ack = await a1!.next('ack')
      expect(ack).toEqual({
        type: 'ack',
        client_id: 'one',
        message: {
          id: ack.message.id,
          to_user_id: bob.id,
          from_user_id: ann.id,
          content: 'hello',
          create_time: expect.stringMatching(/^\d{13}$/),
        },
      })
      for (const device of [a2!, b1!, b2!]) {
        expect(await device.next('message')).toEqual({ type: 'message', message: ack.message })
      }
      await a1!.settled()
      expect(a1!.frames.map(({ type }) => type)).toEqual(['ready', 'ack'])
      const polled = await call(server, 'GET', 'message/chat/', {
        token: bob.token,
        to_user_id: ann.id,
      })
      expect(polled.message_list.at(-1)).toEqual(ack.message)
    }))

  test('sent over HTTP reaches all devices, the sender’s too', () =>
    withDevices(server, [ann, bob], async (a, b) => {
      await post(ann, bob, 'over HTTP')
      const { message } = await b!.next('message')
      expect(message).toMatchObject({ content: 'over HTTP', from_user_id: ann.id })
      expect((await a!.next('message')).message).toEqual(message)
    }))

  test('reaches nobody else', async () => {
    const eve = await register(server)
    await withDevices(server, [ann, bob, eve], async (a, b, e) => {
      a!.say(send(bob, 'secret', 'secret'))
      await b!.next('message')
      a!.say({ type: 'typing', to_user_id: bob.id })
      b!.say({ type: 'read', from_user_id: ann.id, up_to_id: Number.MAX_SAFE_INTEGER })
      await a!.next('read')
      await e!.settled()
      expect(e!.frames).toEqual([{ type: 'ready', user_id: eve.id }])
    })
  })

  test('sent twice with one client_id is stored and pushed once, and acked twice alike', () =>
    withDevices(server, [ann, ann, bob], async (a, a2, b) => {
      for (const device of [a!, a!, a2!]) device.say(send(bob, 'once', 'again'))
      const first = await a!.next('ack')
      expect(await a!.next('ack')).toEqual(first)
      expect(await a2!.next('ack')).toEqual(first)
      a!.say(send(bob, 'behind', 'behind'))
      expect((await b!.next('message')).message).toEqual(first.message)
      expect((await b!.next('message')).message.content).toBe('behind')
    }))

  // Without it the sender waits for ever.
  test('and refused comes with its client_id, whatever that is made of', () =>
    withDevices(server, [ann], async (a) => {
      for (const client_id of ['😀'.repeat(64), 7, 1.5, true]) {
        a!.say({ type: 'send', to_user_id: 987_654, content: 'x', client_id })
        expect(await a!.next('error')).toMatchObject({ client_id: String(client_id) })
      }
      for (const client_id of ['x'.repeat(65), '', ' ', null, ['x']]) {
        a!.say({ type: 'send', to_user_id: 987_654, content: 'x', client_id })
        expect(await a!.next('error')).not.toHaveProperty('client_id')
      }
    }))

  // The text that is acknowledged must be the one that was sent, or it is lost unnoticed.
  test('with a client_id of one’s own that stands for another text or receiver is refused', () =>
    withDevices(server, [ann, ann, bob], async (a, a2, b) => {
      const eve = await register(server)
      a!.say(send(bob, 'first', 'taken'))
      const { message } = await a!.next('ack')
      for (const device of [a!, a2!]) {
        for (const other of [send(bob, 'second', 'taken'), send(eve, 'first', 'taken')]) {
          device.say(other)
          expect(await device.next('error')).toEqual({
            ...{ type: 'error', client_id: 'taken', status_code: 6002 },
            status_msg: expect.stringContaining('client_id'),
          })
        }
      }
      // The same goes on being acknowledged, and nothing else was stored or pushed.
      a2!.say(send(bob, 'first', 'taken'))
      expect((await a2!.next('ack')).message).toEqual(message)
      a!.say(send(bob, 'behind it', 'free'))
      expect((await b!.next('message')).message).toEqual(message)
      expect((await b!.next('message')).message.content).toBe('behind it')
      const params = { token: ann.token, to_user_id: eve.id }
      expect((await call(server, 'GET', 'message/chat/', params)).message_list).toEqual([])
    }))

  test('with a client_id that another user has used is a message of its own', () =>
    withDevices(server, [ann, bob], async (a, b) => {
      a!.say(send(bob, 'of ann', 'shared'))
      await b!.next('message')
      b!.say(send(ann, 'of bob', 'shared'))
      expect((await b!.next('ack')).message.content).toBe('of bob')
    }))
})

describe('sync', () => {
  test('brings what was sent meanwhile, in order, once, then synced', async () => {
    const [one, two] = [await register(server), await register(server)]
    for (let i = 0; i < 200; i++) await post(i % 2 ? one : two, i % 2 ? two : one, `${i}`)
    await withDevices(server, [one], async (device) => {
      device!.say({ type: 'sync', after_id: 0 })
      const { last_id } = await device!.next('synced')
      const got = device!.messages()
      expect(got.map(({ content }) => content)).toEqual(
        Array.from({ length: 200 }, (_, i) => `${i}`),
      )
      expect(got.at(-1)!.id).toBe(last_id)
      device!.say({ type: 'sync', after_id: got[149]!.id })
      expect(await device!.next('synced')).toEqual({ type: 'synced', last_id })
      expect(device!.messages().slice(200)).toEqual(got.slice(150))
    })
  })

  test('after an id that does not exist yet hides no later message', () =>
    withDevices(server, [bob], async (b) => {
      b!.say({ type: 'sync', after_id: Number.MAX_SAFE_INTEGER })
      await b!.next('synced')
      await post(ann, bob, 'later')
      expect((await b!.next('message')).message.content).toBe('later')
    }))

  test('that comes right after ready is not preceded by what is sent meanwhile', async () => {
    // Otherwise a device that reconnects during a conversation sees newer messages before older ones.
    const [one, two] = [await register(server), await register(server)]
    for (let i = 0; i < 20; i++) await post(one, two, `${i}`)
    const device = await openDevice(server, two.token)
    await post(one, two, '20')
    device.say({ type: 'sync', after_id: 0 })
    await device.next('synced')
    await post(one, two, '21')
    while (device.messages().length < 22) await device.next('message')
    expect(device.messages().map(({ content }) => Number(content))).toEqual(
      Array.from({ length: 22 }, (_, i) => i),
    )
    device.socket.close()
  })

  test('in the handshake begins at once, without a frame', async () => {
    const [one, two] = [await register(server), await register(server)]
    for (let i = 0; i < 3; i++) await post(one, two, `${i}`)
    const device = await openDevice(server, two.token, { afterId: 0 })
    await device.next('synced')
    expect(device.frames.map(({ type }) => type)).toEqual([
      'ready',
      'message',
      'message',
      'message',
      'synced',
    ])
    device.socket.close()
  })
})

describe('typing and read', () => {
  test('typing is passed on to the other one, on every device', () =>
    withDevices(server, [ann, bob, bob], async (a, b1, b2) => {
      a!.say({ type: 'typing', to_user_id: bob.id })
      for (const b of [b1!, b2!]) {
        expect(await b.next('typing')).toEqual({ type: 'typing', from_user_id: ann.id })
      }
    }))

  test('read is stored, and told to the other one and to one’s other devices', async () => {
    const [one, two] = [await register(server), await register(server)]
    const unread = () => server.ctx.store.messages.unreadCount(two.id)
    await withDevices(server, [one, two, two], async (a, b1, b2) => {
      for (const text of ['x', 'y', 'z']) a!.say(send(two, text, text))
      const ids = [await b1!.next('message'), await b1!.next('message'), await b1!.next('message')]
      expect(await unread()).toBe(3)
      const up_to_id = ids[1]!.message.id
      b1!.say({ type: 'read', from_user_id: one.id, up_to_id })
      for (const device of [a!, b2!]) {
        expect(await device.next('read')).toEqual({
          ...{ type: 'read', by_user_id: two.id, with_user_id: one.id, up_to_id },
        })
      }
      expect(await unread()).toBe(1)
      await b1!.settled()
      expect(b1!.frames.some(({ type }) => type === 'read')).toBeFalse()
    })
  })
})
