import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { clip } from '../support/media/clips.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { freshClip, halfUpload, type Parts, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

const kilobytes = 600

let server: TestServer
let user: { id: number; token: string }

beforeAll(async () => {
  server = await bootServer({ maxUpload: `${kilobytes}KB`, uploadsPerAddress: '3' })
  user = await register(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const works = async () =>
  (await call(server, 'GET', 'publish/list/', { user_id: user.id })).video_list as Work[]

interface Work {
  title: string
  play_url: string
  cover_url: string
}

describe('publish', () => {
  test('parts may come in any order, the file before its token too', async () => {
    const bytes = await freshClip()
    const values = { token: user.token, data: bytes }
    const orders = [
      ['token', 'title', 'data'],
      ['token', 'data', 'title'],
      ['title', 'token', 'data'],
      ['title', 'data', 'token'],
      ['data', 'token', 'title'],
      ['data', 'title', 'token'],
    ] as const
    for (const order of orders) {
      // Another title each time: the same one would be a second tap.
      const parts = order.map((name) => [name, { ...values, title: order.join() }[name]] as const)
      expect((await upload(server, parts)).status_code).toBe(0)
    }
    const list = await works()
    expect(list.map((work) => work.title)).toEqual(orders.map((order) => order.join()).toReversed())
    // The same bytes are the same file.
    expect(new Set(list.map((work) => work.play_url)).size).toBe(1)
    expect(filesOf(server)).toMatchObject({ videos: { length: 1 }, covers: { length: 1 }, tmp: [] })
  })

  test('the same new bytes from several at once are stored once, and all can be played', async () => {
    const bytes = await freshClip()
    const before = filesOf(server)
    const answers = await Promise.all(
      [1, 2, 3].map((n) =>
        upload(
          server,
          [
            ['title', `twin ${n}`],
            ['data', bytes],
          ],
          `?token=${user.token}`,
        ),
      ),
    )
    expect(answers.map((answer) => answer.status_code)).toEqual([0, 0, 0])
    const after = filesOf(server)
    expect(after.videos.length).toBe(before.videos.length + 1)
    expect(after.covers.length).toBe(before.covers.length + 1)
    expect(after.tmp).toEqual([])
    const twins = (await works()).filter((work) => work.title.startsWith('twin'))
    for (const url of twins.flatMap((work) => [work.play_url, work.cover_url])) {
      expect((await fetch(url)).status).toBe(200)
    }
  })

  const video = Symbol('the bytes of a clip')
  type Given = readonly (readonly [string, string | Uint8Array | typeof video])[]
  const token = ['token', 'TOKEN'] as const
  const title = ['title', 'x'] as const
  const data = ['data', video] as const
  const bytes = (size: number) => crypto.getRandomValues(new Uint8Array(Math.min(size, 65_536)))

  const refusals: [string, Given, number][] = [
    ['no token', [title, data], 1005],
    ['an empty token', [['token', ''], title, data], 1005],
    ['a token of nobody', [['token', 'x'.repeat(32)], title, data], 1005],
    ['a token of nobody after the file', [data, title, ['token', 'x'.repeat(32)]], 1005],
    ['a token longer than any', [['token', 'x'.repeat(9000)], title, data], 1005],
    ['no title', [token, data], 1002],
    ['an empty title', [token, ['title', ''], data], 1002],
    ['a title of spaces', [token, ['title', ' \u3000 '], data], 1002],
    ['a title of 256 characters', [token, ['title', '字'.repeat(256)], data], 1004],
    ['a title of 100,000 characters', [token, ['title', 'x'.repeat(100_000)], data], 1004],
    ['a title with a NUL', [token, ['title', 'a\0b'], data], 1003],
    ['no file', [token, title], 1002],
    ['the file under another name', [token, title, ['file', video]], 1002],
    ['a text for the file', [token, title, ['data', 'not a file']], 1002],
    ['an empty file', [token, title, ['data', new Uint8Array()]], 3003],
    ['a text file', [token, title, ['data', Buffer.from('hello '.repeat(1000))]], 3003],
    ['noise', [token, title, ['data', bytes(60_000)]], 3003],
    ['a page', [token, title, ['data', Buffer.from('<html><script>alert(1)</script>')]], 3003],
    ['a playlist', [token, title, ['data', Buffer.from('#EXTM3U\nfile:///etc/passwd\n')]], 3003],
  ]
  test.each(refusals)('refuses %s and keeps nothing of it', async (_, given, code) => {
    const clipBytes = await freshClip()
    const parts: Parts = given.map(([name, value]) => [
      name,
      value === 'TOKEN' ? user.token : value === video ? clipBytes : value,
    ])
    const before = [filesOf(server), (await works()).length]
    const answer = await upload(server, parts)
    expect([answer.status_code, answer.http]).toEqual([code, 200])
    expect(answer.status_msg).not.toBe('')
    expect([filesOf(server), (await works()).length]).toEqual(before)
  })

  test.each([
    ['image', 3016, '这是一张图片（PNG）'],
    ['audio-only', 3017, '文件里只有声音（AAC）'],
  ] as const)('refuses a file that is only %s, and says so', async (name, code, words) => {
    const before = filesOf(server)
    const parts: Parts = [
      ['title', 'x'],
      ['data', readFileSync(await clip(name))],
    ]
    const answer = await upload(server, parts, `?token=${user.token}`)
    expect(answer.status_code).toBe(code)
    expect(answer.status_msg).toContain(words)
    expect(filesOf(server)).toEqual(before)
  })

  test('refuses a video of which the end is missing', async () => {
    const before = filesOf(server)
    const half = (await freshClip()).subarray(0, 20_000)
    const answer = await upload(
      server,
      [
        ['title', 'x'],
        ['data', half],
      ],
      `?token=${user.token}`,
    )
    expect(answer.status_code).toBe(3004)
    expect(filesOf(server)).toEqual(before)
  })

  test('takes a title of 255 characters, trimmed, as it is', async () => {
    const long = '海'.repeat(255)
    const parts: Parts = [
      ['title', ` ${long} `],
      ['data', await freshClip()],
    ]
    expect((await upload(server, parts, `?token=${user.token}`)).status_code).toBe(0)
    expect((await works())[0]?.title).toBe(long)
  })

  test('the size limit is that of the file, to the byte; an upload beyond it is told the limit', async () => {
    const clipBytes = await freshClip()
    const filled = (size: number) => {
      const box = Buffer.alloc(size - clipBytes.length)
      box.writeUInt32BE(box.length, 0)
      box.write('free', 4)
      return Buffer.concat([clipBytes, box])
    }
    const send = (size: number) =>
      upload(
        server,
        [
          ['title', 'x'],
          ['data', filled(size)],
        ],
        `?token=${user.token}`,
      )
    expect((await send(kilobytes * 1024)).status_code).toBe(0)
    const before = filesOf(server)
    const refused = await send(kilobytes * 1024 + 1)
    expect([refused.status_code, refused.status_msg]).toEqual([3002, '视频超过 600 KB 的上限'])
    expect((await send(20 << 20)).status_code).toBe(3002)
    expect(filesOf(server)).toEqual(before)
  })

  test('an invalid token that comes first is refused before the file is read', async () => {
    for (const [query, headers] of [
      ['?token=nobody', {}],
      ['', { authorization: 'Bearer nobody' }],
    ] as const) {
      let pulled = 0
      const body = new ReadableStream({
        async pull(controller) {
          await Bun.sleep(1)
          if (++pulled < 5000) controller.enqueue(new Uint8Array(1024))
          else controller.close()
        },
      })
      const response = await fetch(`${server.url}/douyin/publish/action/${query}`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=B', ...headers },
        body,
      })
      expect(await response.json()).toMatchObject({ status_code: 1005 })
      expect(pulled).toBeLessThan(5000)
    }
    expect(filesOf(server).tmp).toEqual([])
  })

  test.each([
    ['no multipart at all', 'application/json', '{}'],
    ['no boundary', 'multipart/form-data', 'x'],
    ['another boundary', 'multipart/form-data; boundary=C', '--B\r\n\r\nx\r\n--B--\r\n'],
    [
      'no end',
      'multipart/form-data; boundary=B',
      '--B\r\nContent-Disposition: form-data; name="data"; filename="a"\r\n\r\nxxx',
    ],
    ['no body', 'multipart/form-data; boundary=B', ''],
  ])('refuses a request with %s, and keeps nothing', async (_, type, body) => {
    const before = filesOf(server)
    const response = await fetch(`${server.url}/douyin/publish/action/?token=${user.token}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    expect(response.status).toBe(200)
    expect(((await response.json()) as { status_code: number }).status_code).toBe(1001)
    expect(filesOf(server)).toEqual(before)
  })

  test('uploads that break off leave no file and free their slots', async () => {
    const before = filesOf(server)
    for (let round = 0; round < 3; round++) {
      const sockets = await Promise.all([1, 2, 3].map(() => halfUpload(server, user.token)))
      for (const socket of sockets) socket.destroy()
      await until(() => filesOf(server).tmp.length === 0)
    }
    expect(filesOf(server)).toEqual(before)
    expect(await publishable(server)).toBe(0)
    expect(server.lines.filter((line) => line.includes('ERROR'))).toEqual([])
  })

  test('one address may have so many uploads at once; others have their own limit', async () => {
    await using bounded = await bootServer({ uploadsPerAddress: '1', trustProxy: '127.0.0.1' })
    const { token } = await register(bounded)
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const open = await halfUpload(bounded, token, 'X-Forwarded-For: 1.1.1.1')
    const send = (address: string) =>
      upload(
        bounded,
        [
          ['title', 'x'],
          ['data', Buffer.from('x')],
        ],
        `?token=${token}`,
        from(address),
      )
    const refused = await send('1.1.1.1')
    expect([refused.status_code, refused.http]).toEqual([9429, 429])
    expect(Number(refused.retryAfter)).toBeGreaterThan(0)
    expect((await send('2.2.2.2')).status_code).toBe(3003)
    open.destroy()
    await until(async () => (await send('1.1.1.1')).status_code === 3003)
    // Who has an IPv6 address has all of its network.
    const other = await halfUpload(bounded, token, 'X-Forwarded-For: 2001:db8::1')
    expect((await send('2001:db8::2')).status_code).toBe(9429)
    other.destroy()
  })
})

const publishable = async (on: TestServer) =>
  (
    await upload(
      on,
      [
        ['title', 'x'],
        ['data', await freshClip()],
      ],
      `?token=${user.token}`,
    )
  ).status_code
