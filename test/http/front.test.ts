import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bootServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await bootServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('what browsers and search engines ask for', () => {
  test.each([
    ['/favicon.ico', 'image/x-icon'],
    ['/robots.txt', 'text/plain; charset=utf-8'],
  ])('%s is there, may be kept, and HEAD says the same', async (path, type) => {
    const got = await fetch(server.url + path)
    const body = await got.bytes()
    expect([got.status, got.headers.get('content-type')]).toEqual([200, type])
    expect(got.headers.get('cache-control')).toContain('max-age')
    expect(body.length).toBeGreaterThan(20)
    const head = await fetch(server.url + path, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(String(body.length))
    const etag = got.headers.get('etag')!
    const again = await fetch(server.url + path, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
  })

  test('robots.txt keeps them out, but for what a preview of a link needs', async () => {
    const text = await (await fetch(`${server.url}/robots.txt`)).text()
    expect(text).toStartWith('User-agent: *\n')
    expect(text).toEndWith('\nDisallow: /\n')
    expect([...text.matchAll(/^Allow: (.*)$/gm)].map(([, path]) => path)).toEqual([
      '/video/',
      '/user/',
      '/covers/',
      '/pictures/',
      '/avatars/',
    ])
    const html = await (await fetch(server.url)).text()
    expect(html).toContain('<meta name="robots" content="noindex">')
  })
})
