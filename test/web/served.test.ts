import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { addresses } from '../../src/web/server/addresses.ts'
import { newMedia } from '../ports/harness.ts'
import { register } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'

let server: TestServer
let authorId: number
let videoId: number
const title = '"><script>alert(1)</script> 海边的傍晚 &amp;'

beforeAll(async () => {
  server = await bootServer()
  authorId = (await register(server, '<b>小明</b>')).id
  const media = { ...newMedia(), width: 720, height: 1280 }
  videoId = (await server.ctx.store.videos.publish({ authorId, title, media, quota: 0 })).video.id
})
afterAll(() => server[Symbol.asyncDispose]())

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { accept: 'text/html', ...headers } })

/** A page without scripts and Open Graph, as a messenger reads it. */
const propertyOf = (html: string, name: string): string | undefined =>
  new RegExp(`<meta property="${name}" content="([^"]*)">`).exec(html)?.[1]

describe('the page', () => {
  // The router of the client and the server each have a list: one address more here is a blank screen.
  test('is served at each address of the client, and at no other', async () => {
    const { patterns } = await import('../../src/web/app/routes.ts')
    expect([...addresses].toSorted()).toEqual(Object.values(patterns).toSorted())
    for (const address of addresses) {
      const path = address.replaceAll(':id', String(authorId)).replace(':list', 'works')
      const response = await ask(path.replace(':video', String(videoId)))
      expect([path, response.status]).toEqual([
        path,
        path === `/video/${authorId}` && authorId !== videoId ? 404 : 200,
      ])
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    }
    expect((await ask('/nothing')).status).toBe(404)
  })

  test('lets no text become script: its policy, and what people wrote', async () => {
    for (const path of [`/video/${videoId}`, `/user/${authorId}`, '/']) {
      const response = await ask(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      for (const part of [
        "default-src 'none'",
        "script-src 'self'",
        "require-trusted-types-for 'script'",
      ])
        expect(policy).toContain(part)
      expect(policy).not.toContain('unsafe')
      const html = await response.text()
      expect(html).not.toContain('<script>')
      expect(html).not.toContain('<b>')
      const start = /<script type="application\/json" id="start">(.*?)<\/script>/s.exec(html)?.[1]
      expect(() => JSON.parse(start ?? '')).not.toThrow()
    }
  })

  test('of a video and of a user carries what a messenger shows beside the link', async () => {
    const html = await (await ask(`/video/${videoId}`, { 'accept-language': 'zh' })).text()
    expect(propertyOf(html, 'og:title')).toBe(Bun.escapeHTML(title))
    expect(propertyOf(html, 'og:url')).toBe(`${server.url}/video/${videoId}`)
    expect(propertyOf(html, 'og:image')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/covers\/.+\.jpg$/)
    expect(propertyOf(html, 'og:image:width')).toBe('720')
    expect(propertyOf(html, 'og:image:height')).toBe('1280')
    expect(propertyOf(html, 'og:type')).toBe('video.other')
    const user = await (await ask(`/user/${authorId}`)).text()
    expect(propertyOf(user, 'og:title')).toBe('@&lt;b&gt;小明&lt;/b&gt;')
    expect(propertyOf(user, 'og:image')).toContain(`/avatars/${authorId}`)
    await server.ctx.store.users.update(authorId, { avatar: 'pictures/chosen.jpg' })
    const chosen = await (await ask(`/user/${authorId}`)).text()
    expect(propertyOf(chosen, 'og:image')).toBe(`${server.url}/pictures/chosen.jpg`)
  })

  test('is a 404 where there is nothing, and no page at all for a client of the API', async () => {
    for (const path of ['/video/999999', '/user/999999', '/video/x', '/video/1e99']) {
      expect((await ask(path)).status).toBe(404)
    }
    const { headers } = await ask('/', { accept: 'application/json' })
    expect(headers.get('content-type')).toContain('application/json')
  })

  test('speaks the language of the browser', async () => {
    expect(await (await ask('/', { 'accept-language': 'en-GB,en' })).text()).toContain(
      '<html lang="en"',
    )
    expect(await (await ask('/', { 'accept-language': 'zh-TW' })).text()).toContain(
      '<html lang="zh-CN"',
    )
  })

  test('allows media of the public origin, where one is configured', async () => {
    await using other = await bootServer({ publicUrl: 'https://video.example.com' })
    const { headers } = await fetch(other.url)
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("media-src 'self' blob: https://video.example.com;")
    expect(policy).toContain("img-src 'self' data: blob: https://video.example.com;")
  })
})

describe('the files of the client', () => {
  const named = async () =>
    [...(await (await ask('/')).text()).matchAll(/"(\/assets\/[\w.-]+)"/g)].map(([, path]) => path!)

  test('never change under their names, and come compressed as asked for', async () => {
    const paths = await named()
    expect(paths.length).toBeGreaterThan(2)
    for (const path of paths) {
      const texts = await Promise.all(
        [null, 'gzip', 'br', 'gzip;q=0, br;q=0', 'gzip, deflate, br, zstd'].map(
          async (encoding) => {
            const response = await fetch(server.url + path, {
              decompress: false,
              headers: { 'accept-encoding': encoding ?? 'identity' },
            } as RequestInit)
            expect(response.headers.get('cache-control')).toContain('immutable')
            const bytes = new Uint8Array(await response.arrayBuffer())
            const used = response.headers.get('content-encoding')
            if (encoding === 'gzip' || encoding === 'br') expect(used).toBe(encoding)
            if (encoding?.includes('q=0')) expect(used).toBeNull()
            const plain =
              used === 'br'
                ? brotliDecompressSync(bytes)
                : used === 'gzip'
                  ? gunzipSync(bytes)
                  : bytes
            return new TextDecoder().decode(plain)
          },
        ),
      )
      expect(new Set(texts).size).toBe(1)
    }
    expect((await ask('/assets/main-nothing.js')).status).toBe(404)
  })

  test('are few bytes: 25 KB for the feed, 45 for everything', async () => {
    const { packedBundle } = await import('../../src/web/server/packed.ts')
    const { files, script, style, chunks, words } = await packedBundle()
    const size = (names: readonly string[]) =>
      names.reduce((sum, name) => sum + (files.get(name)?.gzip.length ?? Number.NaN), 0)
    const foreign = { zh: /^(more-)?en-/, en: /^(more-)?zh-/ }
    for (const language of ['zh', 'en'] as const) {
      expect(size([script, style, ...chunks, words[language]])).toBeLessThanOrEqual(25 * 1024)
      // Nobody loads both languages.
      const all = [...files.keys()].filter((name) => !foreign[language].test(name))
      expect(size(all.filter((name) => name !== 'worker.js'))).toBeLessThanOrEqual(45 * 1024)
    }
  })

  test('install: manifest, icons, worker', async () => {
    const manifest = await (await ask('/manifest.webmanifest')).json()
    for (const { src, sizes } of manifest.icons) {
      const response = await ask(src)
      expect(response.status).toBe(200)
      if (!src.endsWith('.png')) continue
      const { width, height } = await new Bun.Image(await response.bytes()).metadata()
      expect(`${width}x${height}`).toBe(sizes)
    }
    const worker = await ask('/sw.js')
    expect(worker.headers.get('content-type')).toContain('javascript')
    expect((await ask('/offline')).status).toBe(200)
  })
})
