import { afterAll, beforeAll, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { raw } from '../support/http/raw-request.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

let server: TestServer
let token: string
let id: number

beforeAll(async () => {
  server = await bootServer({ writeRate: '1' })
  const [author] = await storedUsers(server, 1)
  token = author!.token
  id = author!.id
  await storedVideo(server, id)
  const at = (name: string) => join(server.ctx.config.data, name)
  // What is stored as a video is somebody's bytes: here a page that would run if it were one.
  writeFileSync(at('videos/page.mp4'), '<html><script>alert(1)</script>')
  writeFileSync(
    at('covers/page.jpg'),
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  )
})
afterAll(() => server[Symbol.asyncDispose]())

const api = '/douyin/favorite/action/?action_type=2&video_id=1&token='

/** Every kind of answer there is: what it is, how it is asked for, and the status it must have. */
const kinds: [what: string, path: string, status: number, init?: RequestInit][] = [
  ['a list', '/douyin/feed/', 200],
  ['an answer without fields', `${api}TOKEN`, 200, { method: 'POST' }],
  ['a user', '/douyin/user/?token=TOKEN', 200],
  ['a list in pages', '/douyin/publish/list/?user_id=ID&limit=1', 200],
  ['a refusal', '/douyin/user/?token=none', 200],
  ['parameters that cannot be read', '/douyin/feed/?latest_time=%ff', 200],
  ['an upload without a token', '/douyin/publish/action/', 200, { method: 'POST', body: 'x' }],
  ['nothing there', '/nothing', 404],
  ['a path that nobody means', '/..%2f..%2fetc/passwd', 404],
  ['a wrong method', '/douyin/feed/', 405, { method: 'DELETE' }],
  ['a body that is too large', '/douyin/user/login/', 413, { method: 'POST', body: big() }],
  ['a question before a call', '/douyin/user/login/', 204, { method: 'OPTIONS' }],
  ['the same for nothing', '/nothing', 204, { method: 'OPTIONS' }],
  ['no WebSocket where there is one', '/douyin/message/ws/', 426],
  ['a video', '/videos/page.mp4', 200],
  ['a part of it', '/videos/page.mp4', 206, { headers: { range: 'bytes=0-5' } }],
  ['a part that there is not', '/videos/page.mp4', 416, { headers: { range: 'bytes=999-' } }],
  ['its headers', '/videos/page.mp4', 200, { method: 'HEAD' }],
  ['the same again', '/videos/page.mp4', 304, { headers: { 'if-none-match': '"page"' } }],
  ['a cover', '/covers/page.jpg', 200],
  ['no such cover', '/covers/none.jpg', 404],
  ['an avatar', '/avatars/ID.png', 200],
  ['a background', '/backgrounds/ID.jpg', 200],
  ['nobody’s avatar', '/avatars/999.png', 404],
  ['the health', '/healthz', 200],
  ['the metrics', '/metrics', 200],
  ['the documentation', '/swagger/json', 200],
  ['its page', '/swagger', 200],
  ['its script', '/swagger/swagger-ui-bundle.js', 200],
  ['its style', '/swagger/swagger-ui.css', 200],
]

function big(): string {
  return 'x'.repeat(2 << 20)
}

// The one answer without them is the one that somebody finds a use for.
test.each(kinds)('%s tells browsers what not to do with it', async (_, path, status, init = {}) => {
  const url = server.url + path.replace('TOKEN', token).replace('ID', String(id))
  const response = await fetch(url, init)
  await response.arrayBuffer()
  expect(response.status).toBe(status)
  const header = (name: string) => response.headers.get(name)
  expect(header('x-content-type-options')).toBe('nosniff')
  expect(header('referrer-policy')).toBe('no-referrer')
  expect(header('content-security-policy')).toStartWith("default-src 'none'")
  expect(header('content-security-policy')).toContain("frame-ancestors 'none'")
  for (const name of ['server', 'x-powered-by', 'set-cookie', 'via']) {
    expect([name, header(name)]).toEqual([name, null])
  }
})

test('too many requests say when to come back, and have the same headers', async () => {
  let response = await fetch(`${server.url}${api}${token}`, { method: 'POST' })
  for (let i = 0; i < 20 && response.status === 200; i++) {
    response = await fetch(`${server.url}${api}${token}`, { method: 'POST' })
  }
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(await response.json()).toMatchObject({ status_code: 9429 })
})

test.each([
  ['/videos/page.mp4', 'video/mp4'],
  ['/covers/page.jpg', 'image/jpeg'],
])('%s is never a page, whatever is in it', async (path, type) => {
  for (const accept of ['text/html', '*/*', 'image/svg+xml']) {
    const answer = await raw(server, path, { Accept: accept })
    expect(answer).toMatch(new RegExp(`content-type: ${type}\r\n`, 'i'))
    expect(answer).toMatch(/content-security-policy: [^\r]*sandbox/i)
    expect(answer).toMatch(/content-disposition: inline; filename="(video\.mp4|image\.jpg)"/i)
  }
})
