import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { register } from '../support/api.ts'
import { chatUrl, rawDevice } from '../support/chat/device.ts'
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

describe('frames that are refused', () => {
  const id = () => bob.id
  const refused: [
    what: string,
    frame: () => object | string,
    code: number,
    client_id: string | null,
  ][] = [
    ['no JSON', () => 'hello', 1001, null],
    ['a number', () => '123', 1001, null],
    ['null', () => 'null', 1001, null],
    ['an array', () => '[]', 1001, null],
    ['an empty text', () => '', 1001, null],
    ['no type', () => ({}), 1002, null],
    ['an unknown type', () => ({ type: 'shout' }), 1003, null],
    ['a type of the prototype', () => ({ type: 'constructor' }), 1003, null],
    ['a type that is no text', () => ({ type: ['send'] }), 1003, null],
    ['a frame of the server', () => ({ type: 'ack', client_id: 'k' }), 1003, 'k'],
    ['no receiver', () => ({ type: 'send', content: 'x', client_id: 'k' }), 1002, 'k'],
    ['no content', () => ({ type: 'send', to_user_id: id(), client_id: 'k' }), 1002, 'k'],
    [
      'only spaces',
      () => ({ type: 'send', to_user_id: id(), content: ' ', client_id: 'k' }),
      1002,
      'k',
    ],
    ['no client_id', () => ({ type: 'send', to_user_id: id(), content: 'x' }), 1002, null],
    ['a client_id of 65', () => send(bob, 'x', 'k'.repeat(65)), 1004, null],
    ['a client_id that is a list', () => ({ ...send(bob, 'x', ''), client_id: [7] }), 1003, null],
    ['a client_id of a number', () => ({ ...send(bob, ' ', ''), client_id: 7 }), 1002, '7'],
    ['2,001 characters', () => send(bob, '猫'.repeat(2001), 'k'), 1004, 'k'],
    ['a NUL', () => send(bob, 'a\0b', 'k'), 1003, 'k'],
    [
      'half a surrogate pair',
      () => '{"type":"send","to_user_id":1,"content":"\\ud800","client_id":"k"}',
      1003,
      'k',
    ],
    ['an id of 0', () => ({ ...send(bob, 'x', 'k'), to_user_id: 0 }), 1003, 'k'],
    ['an id with a fraction', () => ({ ...send(bob, 'x', 'k'), to_user_id: 1.5 }), 1003, 'k'],
    ['an id beyond 2^53', () => ({ ...send(bob, 'x', 'k'), to_user_id: 2 ** 53 }), 1003, 'k'],
    ['an id in hex', () => ({ ...send(bob, 'x', 'k'), to_user_id: '0x1' }), 1003, 'k'],
    ['nobody of that id', () => ({ ...send(bob, 'x', 'k'), to_user_id: 987654 }), 2003, 'k'],
    ['oneself', () => send(ann, 'x', 'k'), 6001, 'k'],
    ['typing to nobody', () => ({ type: 'typing', to_user_id: 987654 }), 2003, null],
    ['typing to oneself', () => ({ type: 'typing', to_user_id: ann.id }), 6001, null],
    ['read of nobody', () => ({ type: 'read', from_user_id: 987654, up_to_id: 1 }), 2003, null],
    ['read up to nothing', () => ({ type: 'read', from_user_id: id() }), 1002, null],
    ['sync after -1', () => ({ type: 'sync', after_id: -1 }), 1003, null],
    ['sync after nothing', () => ({ type: 'sync' }), 1002, null],
  ]
  test.each(refused)('%s: an error frame, and the socket lives on', (_, frame, code, client_id) =>
    withDevices(server, [ann], async (a) => {
      a!.say(frame())
      const error = await a!.next('error')
      expect(error).toEqual({
        type: 'error',
        ...(client_id === null ? {} : { client_id }),
        status_code: code,
        status_msg: expect.stringMatching(/^[ -~]+$/),
      })
      await a!.settled()
      expect(a!.socket.readyState).toBe(WebSocket.OPEN)
    }),
  )

  test('a binary frame is refused too', () =>
    withDevices(server, [ann], async (a) => {
      a!.socket.send(new TextEncoder().encode(JSON.stringify(send(bob, 'x', 'k'))))
      expect((await a!.next('error')).status_code).toBe(1001)
    }))

  test('the longest content there may be fits into a frame, every character escaped', () =>
    withDevices(server, [ann], async (a) => {
      const content = '😀'.repeat(2000)
      const text = JSON.stringify(send(bob, content, 'long')).replace(
        /[\ud800-\udfff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
      )
      expect(text.length).toBeGreaterThan(24_000)
      a!.say(text)
      expect((await a!.next('ack')).message.content).toBe(content)
    }))

  test('ids may come as text or as 1.5e+03, unknown fields are passed over', () =>
    withDevices(server, [ann, bob], async (a, b) => {
      a!.say({ ...send(bob, 'x', 'as text'), to_user_id: String(bob.id), more: { of: 'it' } })
      expect(await b!.next('message')).toMatchObject({ message: { content: 'x' } })
    }))
})

test('error frames are in Chinese unless English is asked for', async () => {
  const device = rawDevice(chatUrl(server, `?token=${ann.token}`))
  await device.next('ready')
  device.say('x')
  expect((await device.next('error')).status_msg).toMatch(/\p{Script=Han}/u)
  device.socket.close()
})
