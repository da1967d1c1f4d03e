import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { raw } from '../support/http/raw-request.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

let server: TestServer
let user: { id: number }
let video: string
let cover: string
let bytes: Buffer

beforeAll(async () => {
  server = await bootServer()
  const { token, id } = await register(server)
  user = { id }
  await upload(server, [
    ['title', 'x'],
    ['token', token],
    ['data', await freshClip()],
  ])
  const [work] = (await call(server, 'GET', 'publish/list/', { user_id: id })).video_list
  video = work.play_url
  cover = work.cover_url
  const name = join(server.ctx.config.data, 'videos', filesOf(server).videos[0]!)
  bytes = Buffer.from(await Bun.file(name).bytes())
})
afterAll(() => server[Symbol.asyncDispose]())

const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url, { method, headers })

describe('ranges', () => {
  // A player asks for the end first, then the middle, and shows nothing if it gets anything else.
  const parts: [string, () => string, () => [number, number]][] = [
    ['the first byte', () => 'bytes=0-0', () => [0, 1]],
    ['the first hundred', () => 'bytes=0-99', () => [0, 100]],
    ['some in the middle', () => 'bytes=1000-1999', () => [1000, 2000]],
    ['the last byte', () => `bytes=${bytes.length - 1}-`, () => [bytes.length - 1, bytes.length]],
    ['the last ten', () => 'bytes=-10', () => [bytes.length - 10, bytes.length]],
    ['from a place to the end', () => 'bytes=5000-', () => [5000, bytes.length]],
    ['from the start to the end', () => 'bytes=0-', () => [0, bytes.length]],
    ['beyond the end', () => `bytes=10-${bytes.length + 1000}`, () => [10, bytes.length]],
    [
      'more from the end than there is',
      () => `bytes=-${bytes.length + 5}`,
      () => [0, bytes.length],
    ],
  ]
  test.each(parts)('%s', async (_, range, place) => {
    const [start, end] = place()
    const response = await get(video, { range: range() })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end! - 1}/${bytes.length}`)
    expect(response.headers.get('content-length')).toBe(String(end! - start!))
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true)
  })

  const beyond: [string, () => string][] = [
    ['at the end', () => `bytes=${bytes.length}-`],
    ['behind it', () => `bytes=${bytes.length + 1}-${bytes.length + 2}`],
    ['the last none', () => 'bytes=-0'],
  ]
  test.each(beyond)('a range that starts %s is none: 416 with the size', async (_, range) => {
    const response = await get(video, { range: range() })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`)
    expect(await response.text()).toBe('')
  })

  test.each([
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-2',
    'items=0-5',
    'bytes',
    '0-5',
    'bytes=0-0x5',
  ])('what is no range (%s) is left aside: all of it', async (range) => {
    const response = await get(video, { range })
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBe(bytes.length)
  })

  test('several ranges at once get all of it, which is allowed, or each of them', async () => {
    const response = await get(video, { range: 'bytes=0-1,5-6' })
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBe(bytes.length)
  })

  test('If-Range: a part of the same file, else the whole new one', async () => {
    const etag = (await get(video, {}, 'HEAD')).headers.get('etag')!
    const range = 'bytes=0-9'
    expect((await get(video, { range, 'if-range': etag })).status).toBe(206)
    for (const other of ['"other"', `W/${etag}`, 'Mon, 01 Jan 2024 00:00:00 GMT']) {
      const response = await get(video, { range, 'if-range': other })
      expect(response.status, other).toBe(200)
      expect((await response.arrayBuffer()).byteLength).toBe(bytes.length)
    }
  })
})

describe('the log and the metrics say what was sent, which Bun decides after us', () => {
  const size = () => bytes.length
  const asked: [range: () => string, condition?: (etag: string) => string][] = [
    [() => 'bytes=0-0'],
    [() => 'bytes=5-'],
    [() => `bytes=${size() - 1}-`],
    [() => `bytes=${size()}-`],
    [() => `bytes=${size()}-${size() + 9}`],
    [() => 'bytes=-5'],
    [() => 'bytes=-0'],
    [() => `bytes=-${size() + 1}`],
    [() => 'bytes=5-2'],
    [() => `bytes=${size() + 9}-${size()}`],
    [() => 'bytes=-'],
    [() => 'bytes='],
    [() => 'bytes'],
    [() => 'bytes=--5'],
    [() => 'bytes=0-5x'],
    [() => 'bytes=0-1,5-6'],
    [() => 'items=0-5'],
    [() => 'BYTES = 0 - 5'],
    [() => 'bytes=0-9007199254740993'],
    [() => 'bytes=9007199254740993-'],
    [() => 'bytes=0-18446744073709551615'],
    [() => 'bytes=0-18446744073709551616'],
    [() => 'bytes=18446744073709551616-'],
    [() => 'bytes=0-9', (etag) => etag],
    [() => 'bytes=0-9', (etag) => `W/${etag}`],
    [() => 'bytes=0-9', () => '"other"'],
    [() => 'bytes=0-9', () => ''],
    [() => `bytes=${size()}-`, () => '"other"'],
    [() => `bytes=${size()}-`, (etag) => etag],
  ]
  const statuses = [200, 206, 416]
  const counts = async () => {
    const text = await (await get(`${server.url}/metrics`)).text()
    return statuses.map((status) => {
      const series = `douyin_http_requests_total{route="/videos/:name",status="${status}"} `
      return Number(text.split(series)[1]?.split('\n')[0] ?? 0)
    })
  }

  test.each(['GET', 'HEAD'])('%s', async (method) => {
    const etag = (await get(video, {}, 'HEAD')).headers.get('etag')!
    for (const [range, condition] of asked) {
      const headers = { range: range(), ...(condition ? { 'if-range': condition(etag) } : {}) }
      const before = await counts()
      const response = await get(video, headers, method)
      await response.arrayBuffer()
      const line = server.lines.findLast((line) => line.includes(` ${method} /videos/`))
      expect([headers, Number(line?.split(' ')[3])]).toEqual([headers, response.status])
      const more = (await counts()).map((count, at) => count - before[at]!)
      expect(more).toEqual(statuses.map((status) => Number(status === response.status)))
    }
  })
})

describe('files', () => {
  const kinds = () => [
    [video, 'video/mp4'],
    [cover, 'image/jpeg'],
    [`${server.url}/avatars/${user.id}.png`, 'image/png'],
    [`${server.url}/backgrounds/${user.id}.jpg`, 'image/jpeg'],
  ]

  test('each kind says what it is, may be kept for ever and never be run', async () => {
    for (const [url, type] of kinds()) {
      const response = await get(url!)
      const { headers } = response
      expect({
        url,
        status: response.status,
        type: headers.get('content-type'),
        cache: headers.get('cache-control'),
        nosniff: headers.get('x-content-type-options'),
        policy: headers.get('content-security-policy'),
        disposition: /^inline; filename="(video\.mp4|image\.(jpg|png))"$/.test(
          headers.get('content-disposition') ?? '',
        ),
        cors: headers.get('access-control-allow-origin'),
        credentials: headers.get('access-control-allow-credentials'),
        cookie: headers.get('set-cookie'),
        length: Number(headers.get('content-length')),
      }).toEqual({
        url,
        status: 200,
        type: type!,
        cache: 'public, max-age=31536000, immutable',
        nosniff: 'nosniff',
        policy:
          "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
        disposition: true,
        cors: '*',
        credentials: null,
        cookie: null,
        length: (await response.arrayBuffer()).byteLength,
      })
    }
  })

  test('HEAD says the same without a body, also of a part', async () => {
    for (const [url] of kinds()) {
      const [whole, head] = [await get(url!), await get(url!, {}, 'HEAD')]
      await whole.arrayBuffer()
      expect(head.status).toBe(200)
      expect(await head.text()).toBe('')
      for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) {
        expect([url, name, head.headers.get(name)]).toEqual([url, name, whole.headers.get(name)])
      }
    }
    const missing = await get(`${server.url}/videos/none.mp4`, {}, 'HEAD')
    expect([missing.status, await missing.text()]).toEqual([404, ''])
  })

  test('a client that has the file gets 304 and no byte, one that has another version gets it whole', async () => {
    for (const [url] of kinds()) {
      const etag = (await get(url!, {}, 'HEAD')).headers.get('etag')!
      expect(etag).toMatch(/^"[^"]+"$/)
      for (const known of [etag, `W/${etag}`, `"a", ${etag} ,"b"`, '*']) {
        const response = await get(url!, { 'if-none-match': known })
        expect([url, known, response.status]).toEqual([url, known, 304])
        expect(response.headers.get('etag')).toBe(etag)
        expect(await response.text()).toBe('')
      }
      for (const other of ['"other"', etag.slice(1, -1), '']) {
        const response = await get(url!, { 'if-none-match': other })
        expect([url, other, response.status]).toEqual([url, other, 200])
        await response.arrayBuffer()
      }
    }
  })

  test.each([
    '/videos/none.mp4',
    '/videos/',
    '/videos',
    '/videos/.',
    '/videos/..',
    '/videos/../douyin.db',
    '/videos/..%2fdouyin.db',
    '/videos/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/videos/%2e%2e%2fdouyin.db',
    '/videos/..%5cdouyin.db',
    '/videos//NAME',
    '/videos/NAME/',
    '/videos/NAME%00',
    '/videos/NAME%00.mp4',
    '/videos/NAME%0a',
    '/videos/NAME%20',
    '/videos/NAME.mp4',
    '/videos/%ff%fe.mp4',
    '/videos/%',
    '/videos/%zz.mp4',
    `/videos/${'a'.repeat(5000)}.mp4`,
    '/covers/NAME',
    '/Videos/NAME',
    '/sources/NAME',
    '/tmp/NAME',
    '/douyin.db',
    '/serve.lock',
    '/avatars/0.png',
    '/avatars/999999.png',
    '/avatars/1.jpg',
    '/avatars/1.png.png',
    '/avatars/1e0.png%00',
    '/avatars/..%2f1.png',
    '/backgrounds/1.png',
    '/backgrounds/9007199254740993.jpg',
  ])('%s is nothing, and says no more than that', async (path) => {
    const name = filesOf(server).videos[0]!
    const answer = await raw(server, path.replace('NAME', name))
    // Two dots lead to the start page.
    if (path === '/videos/..') return expect(answer).toContain('text/html')
    // A slash at the end may be read as none.
    if (path === '/videos/NAME/' && answer.includes(' 200 ')) return
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 404 Not Found')
    const body = JSON.parse(Buffer.from(answer.slice(answer.indexOf('{')), 'latin1').toString())
    expect(body).toEqual({ status_code: 9404, status_msg: '接口不存在' })
    expect(answer).not.toContain(server.ctx.config.data)
  })

  test('these addresses allow no writing, deleting or listing', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      for (const [url] of kinds())
        expect((await get(url!, {}, method)).status).toBeOneOf([404, 405])
    }
    expect((await get(video)).status).toBe(200)
  })
})
