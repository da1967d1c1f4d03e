import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { register } from '../support/api.ts'
import { chatUrl, rawDevice } from '../support/chat/device.ts'
import { openRaw } from '../support/chat/raw.ts'
import { bootServer, type TestServer } from '../support/server.ts'

let server: TestServer
let token: string
beforeAll(async () => {
  server = await bootServer({ log: 'text', publicUrl: 'https://video.example.com' })
  token = (await register(server)).token
})
afterAll(() => server[Symbol.asyncDispose]())

/** The status line's code and the body of a handshake. */
async function shake(path: string, headers: Record<string, string> = {}) {
  const raw = await openRaw(server.url, path, headers)
  raw.end()
  return { status: Number(raw.head.split(' ')[1]), head: raw.head.toLowerCase() }
}

const ws = '/douyin/message/ws'

describe('the token is taken', () => {
  const ways: [what: string, path: () => string, headers: () => Record<string, string>][] = [
    ['as a parameter', () => `${ws}?token=${token}`, () => ({})],
    ['with a slash at the end of the path', () => `${ws}/?token=${token}`, () => ({})],
    ['from Authorization', () => ws, () => ({ Authorization: `Bearer ${token}` })],
    ['from Authorization in any case', () => ws, () => ({ authorization: `bearer ${token}` })],
    ['as a subprotocol', () => ws, () => ({ 'Sec-WebSocket-Protocol': `douyin, ${token}` })],
    [
      'as a subprotocol bearer.…',
      () => ws,
      () => ({ 'Sec-WebSocket-Protocol': `bearer.${token},douyin` }),
    ],
  ]
  test.each(ways)('%s', async (_, path, headers) => {
    const { status, head } = await shake(path(), headers())
    expect(status).toBe(101)
    if ('Sec-WebSocket-Protocol' in headers()) {
      expect(head).toContain('sec-websocket-protocol: douyin\r\n')
    } else expect(head).not.toContain('sec-websocket-protocol')
  })

  test('the way a browser has to send it', async () => {
    const device = rawDevice(chatUrl(server), { protocols: ['douyin', token] })
    await device.next('ready')
    expect(device.socket.protocol).toBe('douyin')
    device.socket.close()
  })

  test('and never gets into the log', () => {
    expect(server.lines.join('\n')).toContain('/douyin/message/ws 101')
    expect(server.lines.join('\n')).not.toContain(token)
  })
})

describe('the token is refused with 401', () => {
  const ways: [what: string, path: string, headers: Record<string, string>][] = [
    ['when there is none', ws, {}],
    ['when it is empty', `${ws}?token=`, {}],
    ['when it is unknown', `${ws}?token=${'x'.repeat(32)}`, {}],
    ['when it is long', `${ws}?token=${'x'.repeat(5000)}`, {}],
    ['of another scheme', ws, { Authorization: 'Basic Zm9vOmJhcg==' }],
    ['as a subprotocol', ws, { 'Sec-WebSocket-Protocol': 'douyin, nonsense' }],
    ['with only our own subprotocol', ws, { 'Sec-WebSocket-Protocol': 'douyin' }],
  ]
  test.each(ways)('%s', async (_, path, headers) => {
    expect((await shake(path, headers)).status).toBe(401)
  })

  test('with the envelope, in the language asked for', async () => {
    const response = await fetch(server.url + ws, {
      headers: { upgrade: 'websocket', 'accept-language': 'en' },
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.json()).toEqual({
      status_code: 1005,
      status_msg: 'Please log in first',
    })
  })
})

// Nothing that a browser sends by itself is a credential, so a page elsewhere gains nothing by it.
test.each([
  'http://localhost:5173',
  'capacitor://localhost',
  'null',
  'https://elsewhere.example',
  'nonsense',
  '',
])('a page of any origin may connect: %p', async (origin) => {
  expect((await shake(`${ws}?token=${token}`, { Origin: origin })).status).toBe(101)
  expect((await shake(ws, { Origin: origin })).status).toBe(401)
})

describe('what is no handshake', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT'])('%s is refused, with the envelope', async (method) => {
    const response = await fetch(`${server.url}${ws}?token=${token}`, { method })
    expect(response.status).toBe(method === 'GET' || method === 'HEAD' ? 426 : 405)
    if (method !== 'HEAD')
      expect(await response.json()).toMatchObject({ status_msg: expect.stringMatching(/./) })
  })

  test.each(['-1', 'x', '1.5', '1e999', '9007199254740993'])(
    'after_id=%s is refused',
    async (id) => {
      expect((await shake(`${ws}?token=${token}&after_id=${id}`)).status).toBe(400)
    },
  )
})
