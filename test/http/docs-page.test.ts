import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bootServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await bootServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('/swagger', () => {
  const asset = async (path: string) => {
    const response = await fetch(`${server.url}${path}`)
    return { response, text: await response.text() }
  }

  test('the page loads its own files and nothing from outside', async () => {
    const { text } = await asset('/swagger')
    const references = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to!)
    expect(references.length).toBeGreaterThan(2)
    for (const to of references.filter((to) => to !== '/favicon.ico')) {
      expect(to).toMatch(/^\/swagger\//)
      const { response, text: content } = await asset(to)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(
        to.endsWith('css') ? /^text\/css/ : /javascript/,
      )
      // A font or a script from elsewhere would be missing without internet.
      expect(content).not.toMatch(/@import|url\(["']?https?:/)
    }
    expect((await asset('/swagger/')).text).toBe(text)
    const start = (await asset('/swagger/start.js')).text
    expect(start).toContain("'/swagger/json'")
    expect(start).toContain('validatorUrl: null')
  })

  test('the page may run no script but its own, in no frame', async () => {
    const { response } = await asset('/swagger')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test('the page of the plugin, which needs the internet, is nowhere', async () => {
    for (const path of ['/swagger', '/swagger/plugin', '/swagger/json/', '/docs', '/scalar']) {
      const { text } = await asset(path)
      expect(text).not.toMatch(/jsdelivr|unpkg|cdn/i)
    }
  })
})

test('the page and its files are not sent again to a browser that has them', async () => {
  for (const path of ['', '/swagger-ui-bundle.js', '/swagger-ui.css', '/start.js']) {
    const url = `${server.url}/swagger${path}`
    const first = await fetch(url)
    expect(await first.text()).not.toBeEmpty()
    const again = await fetch(url, { headers: { 'if-none-match': first.headers.get('etag')! } })
    expect([path, again.status, await again.text()]).toEqual([path, 304, ''])
    const other = await fetch(url, { headers: { 'if-none-match': '"other"' } })
    expect([path, other.status]).toEqual([path, 200])
    expect(await other.text()).not.toBeEmpty()
  }
})
