import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { register } from '../support/api.ts'
import { encode, openRaw, type RawSocket } from '../support/chat/raw.ts'
import { bootServer, type TestServer } from '../support/server.ts'

// The protocol itself is Bun's. What is shown here is that we did not configure or handle it into
// something else: a client that breaks it is told how, and one that uses all of it is understood.

const [text, binary, close, ping, pong, more] = [1, 2, 8, 9, 10, 0]

let server: TestServer
let user: Awaited<ReturnType<typeof register>>
beforeAll(async () => {
  server = await bootServer({ log: 'off' })
  user = await register(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const path = '/douyin/message/ws'
const question = JSON.stringify({ type: 'nothing', client_id: '问' })
const answered = (client_id: string) =>
  expect.stringContaining(`{"type":"error","client_id":${JSON.stringify(client_id)}`)

const withRaw = (body: (raw: RawSocket) => Promise<void>) => async () => {
  const raw = await openRaw(server.url, `${path}?token=${user.token}`)
  try {
    expect(raw.head).toStartWith('HTTP/1.1 101')
    expect((await raw.next())?.payload.toString()).toBe(`{"type":"ready","user_id":${user.id}}`)
    await body(raw)
  } finally {
    raw.end()
  }
}

/** Whether the socket still answers. */
const alive = async (raw: RawSocket) => {
  raw.frame(text!, JSON.stringify({ type: 'nothing', client_id: 'alive' }))
  expect((await raw.next())?.payload.toString()).toEqual(answered('alive'))
}

describe('what is understood', () => {
  const bytes = Buffer.from(question)
  const parts = (sizes: number[]) => {
    const ends = sizes.map((_, at) => sizes.slice(0, at + 1).reduce((sum, size) => sum + size))
    return [...ends, bytes.length].map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end))
  }
  const understood: [what: string, write: (raw: RawSocket) => void][] = [
    ['a frame', (raw) => raw.frame(text!, question)],
    ['a length in two bytes', (raw) => raw.frame(text!, question.padEnd(200))],
    [
      'a message in fragments, cut within a character',
      (raw) => {
        const list = parts([3, bytes.indexOf('问') - 3 + 1, 1])
        for (const [at, part] of list.entries()) {
          raw.frame(at === 0 ? text! : more!, part, { fin: at === list.length - 1 })
        }
      },
    ],
    [
      'empty fragments around it',
      (raw) => {
        raw.frame(text!, '', { fin: false })
        raw.frame(more!, bytes, { fin: false })
        raw.frame(more!, '', { fin: true })
      },
    ],
    [
      'byte by byte',
      (raw) => {
        for (const byte of encode(text!, question)) raw.write(Buffer.from([byte]))
      },
    ],
    [
      'behind another frame in one packet',
      (raw) => raw.write(Buffer.concat([encode(pong!, ''), encode(text!, question)])),
    ],
    ['after an unsolicited pong', (raw) => [raw.frame(pong!, 'x'), raw.frame(text!, question)]],
  ]
  test.each(understood)('%s', (_, write) =>
    withRaw(async (raw) => {
      write(raw)
      expect((await raw.next())?.payload.toString()).toEqual(answered('问'))
      await alive(raw)
    })(),
  )

  test(
    'a ping is answered with its own payload, also between fragments',
    withRaw(async (raw) => {
      raw.frame(text!, bytes.subarray(0, 5), { fin: false })
      raw.frame(ping!, 'p'.repeat(125))
      raw.frame(more!, bytes.subarray(5))
      const first = await raw.next()
      expect(first).toEqual({ fin: true, opcode: pong!, payload: Buffer.from('p'.repeat(125)) })
      expect((await raw.next())?.payload.toString()).toEqual(answered('问'))
    }),
  )

  test(
    'a binary frame gets an error frame',
    withRaw(async (raw) => {
      raw.frame(binary!, question)
      expect((await raw.next())?.payload.toString()).toContain('"status_code":1001')
      await alive(raw)
    }),
  )
})

describe('what ends the connection', () => {
  const ended: [what: string, write: (raw: RawSocket) => void, code: number][] = [
    ['an unmasked frame', (raw) => raw.frame(text!, '{}', { masked: false }), 1002],
    ['a reserved bit', (raw) => raw.frame(text!, '{}', { rsv: 1 }), 1002],
    ['the bit of a compression not agreed on', (raw) => raw.frame(text!, '{}', { rsv: 4 }), 1002],
    ['a reserved opcode', (raw) => raw.frame(3, '{}'), 1002],
    ['a reserved control opcode', (raw) => raw.frame(11, ''), 1002],
    ['a ping over 125 bytes', (raw) => raw.frame(ping!, 'x'.repeat(126)), 1002],
    ['a ping in fragments', (raw) => raw.frame(ping!, 'x', { fin: false }), 1002],
    ['a close over 125 bytes', (raw) => raw.frame(close!, Buffer.alloc(126, 3)), 1002],
    ['a continuation of nothing', (raw) => raw.frame(more!, '{}'), 1002],
    [
      'a new message within another',
      (raw) => [raw.frame(text!, '{', { fin: false }), raw.frame(text!, '}')],
      1002,
    ],
    ['bad UTF-8', (raw) => raw.frame(text!, Buffer.from([0x7b, 0xff, 0x7d])), 1007],
    ['overlong UTF-8', (raw) => raw.frame(text!, Buffer.from([0xc0, 0xaf])), 1007],
    ['a surrogate in UTF-8', (raw) => raw.frame(text!, Buffer.from([0xed, 0xa0, 0x80])), 1007],
    [
      'bad UTF-8 in the last fragment',
      (raw) => [raw.frame(text!, '{', { fin: false }), raw.frame(more!, Buffer.from([0xe9]))],
      1007,
    ],
    ['a frame over 32 KiB', (raw) => raw.frame(text!, 'x'.repeat(33_000)), 1009],
    [
      'a claim of 2^40 bytes',
      (raw) => raw.frame(text!, '', { lengthBytes: 8, claimed: 2 ** 40 }),
      1009,
    ],
    [
      'fragments over 32 KiB together',
      (raw) => {
        raw.frame(text!, 'x'.repeat(20_000), { fin: false })
        raw.frame(more!, 'x'.repeat(20_000))
      },
      1009,
    ],
    ['a close', (raw) => raw.frame(close!, Buffer.from([3, 232])), 1000],
    ['a close without a code', (raw) => raw.frame(close!, ''), 0],
    ['a close of an app', (raw) => raw.frame(close!, Buffer.from([0x0f, 0xa0])), 4000],
    ['a close with half a code', (raw) => raw.frame(close!, Buffer.from([3])), 1002],
  ]
  test.each(ended)('%s', (_, write, code) =>
    withRaw(async (raw) => {
      write(raw)
      expect(await raw.closeCode()).toBe(code)
    })(),
  )

  test('closes no other connection', async () => {
    const neighbour = await openRaw(server.url, `${path}?token=${user.token}`)
    await neighbour.next()
    for (const [, write] of ended) await withRaw(async (raw) => void write(raw))()
    await alive(neighbour)
    neighbour.end()
  })
})

describe('the handshake', () => {
  const wrong: [what: string, headers: Record<string, string>][] = [
    ['without a key', { 'Sec-WebSocket-Key': '' }],
    ['with a key that is too short', { 'Sec-WebSocket-Key': 'abc' }],
    ['without Upgrade', { Upgrade: '' }],
    ['to something else', { Upgrade: 'h2c' }],
  ]
  test.each(wrong)('%s is refused', async (_, headers) => {
    const raw = await openRaw(server.url, `${path}?token=${user.token}`, headers)
    expect(raw.head).toMatch(/^HTTP\/1\.1 4\d\d/)
    raw.end()
  })

  test('has the right Sec-WebSocket-Accept, and agrees on no compression', async () => {
    const raw = await openRaw(server.url, `${path}?token=${user.token}`, {
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    })
    expect(raw.head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    expect(raw.head.toLowerCase()).not.toContain('sec-websocket-extensions')
    raw.end()
  })
})
