import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { raw } from '../support/http/raw-request.ts'
import { bootServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await bootServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('/', () => {
  test('leads a person on: to the documentation, and to what a phone needs', async () => {
    for (const [language, word] of [
      ['zh-CN,zh;q=0.9,en;q=0.8', '服务器地址'],
      ['en-GB', 'Server address'],
    ] as const) {
      const headers = { ...browser, 'accept-language': language }
      const response = await fetch(server.url, { headers })
      const page = await response.text()
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('vary')).toContain('accept-language')
      expect(page).toContain(word)
      expect(page).toContain(`<html lang="${language.slice(0, 2)}">`)
      expect(page).toContain('href="/swagger"')
      expect(page).toContain(`<code>${server.url}/</code>`)
      expect(page).not.toContain('{{')
    }
  })

  test('shows the address that the caller used, and nothing that it could be tricked into', async () => {
    const page = await raw(server, '/', { ...browser, Host: '192.168.7.7:8080' })
    expect(page).toContain('<code>http://192.168.7.7:8080/</code>')
    const odd = await raw(server, '/', { ...browser, Host: 'a"b<script>' })
    expect(odd).not.toContain('b<script>')
  })

  test('runs no script and is shown in no frame', async () => {
    const policy = (await fetch(server.url)).headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('script-src')
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test('is nothing to a client that wants JSON', async () => {
    const response = await fetch(server.url, { headers: { accept: 'application/json' } })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ status_code: 9404 })
  })
})

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

  test('robots.txt keeps them out', async () => {
    expect(await (await fetch(`${server.url}/robots.txt`)).text()).toBe(
      'User-agent: *\nDisallow: /\n',
    )
  })
})
