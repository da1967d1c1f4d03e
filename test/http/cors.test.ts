import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import { raw } from '../support/http/raw-request.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

let server: TestServer

beforeAll(async () => {
  server = await bootServer()
  const [author] = await storedUsers(server, 1)
  await storedVideo(server, author!.id)
})
afterAll(() => server[Symbol.asyncDispose]())

const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url, { method, headers })

describe('headers', () => {
  test.each([
    ['an answer of the API', 'GET', '/douyin/feed/', 200],
    ['a refusal of the API', 'GET', '/douyin/user/', 200],
    ['a wrong method', 'POST', '/douyin/feed/', 405],
    ['nothing there', 'GET', '/nothing', 404],
    ['the health', 'GET', '/healthz', 200],
    ['the documentation', 'GET', '/swagger/json', 200],
    ['its page', 'GET', '/swagger', 200],
  ] as const)('%s', async (_, method, path, status) => {
    const response = await get(server.url + path, { origin: 'https://evil.example' }, method)
    await response.arrayBuffer()
    expect(response.status).toBe(status)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-type')).toMatch(/; ?charset=utf-8$/)
    for (const name of [
      'server',
      'x-powered-by',
      'set-cookie',
      'access-control-allow-credentials',
    ]) {
      expect([name, response.headers.get(name)]).toEqual([name, null])
    }
    // A page that is allowed by name might be allowed with what its browser knows.
    expect(response.headers.get('access-control-allow-origin')).toBeOneOf(['*', null])
  })

  // What isn't said here can't be done, and what is said can: each answers something else than 405.
  test.each([
    ['/douyin/feed/', 'GET, HEAD, OPTIONS'],
    ['/douyin/feed', 'GET, HEAD, OPTIONS'],
    ['/douyin/user/login/', 'OPTIONS, POST'],
    ['/douyin/message/ws', 'GET, HEAD, OPTIONS'],
    ['/healthz', 'GET, HEAD, OPTIONS'],
    ['/videos/x.mp4', 'GET, HEAD, OPTIONS'],
    ['/user/5', 'GET, HEAD, OPTIONS'],
    ['/user/5/works/7/', 'GET, HEAD, OPTIONS'],
    ['/swagger/json', 'GET, HEAD, OPTIONS'],
  ])('who refuses a method of %s says which it takes', async (path, allowed) => {
    const refused: string[] = []
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
      const answer = await raw(server, path, {}, method)
      if (!answer.startsWith('HTTP/1.1 405 ')) continue
      refused.push(method)
      expect(answer).toMatch(new RegExp(`^allow: ${allowed}\r$`, 'im'))
    }
    const left = ['GET', 'HEAD', 'OPTIONS', 'POST'].filter((method) => !refused.includes(method))
    expect(left.join(', ')).toBe(allowed)
    expect(refused).toContain('TRACE')
  })

  // What isn't named on the response itself a page can't see, whatever the preflight said.
  test('a page of anywhere sees what an answer says about itself', async () => {
    const { play_url: video } = JSON.parse(await (await get(`${server.url}/douyin/feed/`)).text())
      .video_list[0]
    const answers: [method: string, url: string][] = [
      ['GET', `${server.url}/douyin/feed/`],
      ['HEAD', `${server.url}/douyin/feed/`],
      ['POST', `${server.url}/douyin/user/login/`],
      ['GET', `${server.url}/douyin/message/ws`],
      ['DELETE', `${server.url}/douyin/feed/`],
      ['GET', `${server.url}/nothing`],
      ['GET', `${server.url}/healthz`],
      ['GET', `${server.url}/swagger/json`],
      ['GET', `${server.url}/avatars/1.png`],
      ['GET', `${server.url}/avatars/999.png`],
      ['GET', video],
    ]
    for (const [method, url] of answers) {
      const { headers } = await get(url, { origin: 'null' }, method)
      expect([url, headers.get('access-control-allow-origin')]).toEqual([url, '*'])
      // A success of the API has no header that a page needs.
      const hasNone = method !== 'DELETE' && /feed\/|healthz/.test(url)
      const exposed = headers.get('access-control-expose-headers')?.split(', ')
      if (hasNone) expect([url, exposed]).toEqual([url, undefined])
      else
        expect(exposed).toEqual(
          expect.arrayContaining([
            ...['accept-ranges', 'content-length', 'content-range'],
            ...['etag', 'retry-after', 'x-request-id'],
          ]),
        )
    }
    const large = await fetch(`${server.url}/douyin/comment/action/`, {
      method: 'POST',
      body: 'x'.repeat(200_000),
    })
    expect(large.status).toBe(413)
    expect(large.headers.get('access-control-expose-headers')).toContain('retry-after')
  })

  // Who is on the inner network may read them, so a page in a browser there must not.
  test('no page reads the metrics', async () => {
    const { headers, status } = await get(`${server.url}/metrics`)
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, null])
  })

  const preflight = async (asked: string | null) => {
    const headers = {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      ...(asked === null ? {} : { 'access-control-request-headers': asked }),
    }
    return get(`${server.url}/douyin/favorite/action/`, headers, 'OPTIONS')
  }

  test('a page may ask before it calls, and is told that it may, with whatever headers', async () => {
    for (const asked of [
      'authorization',
      'content-type,x-requested-with',
      'if-none-match, range',
    ]) {
      const response = await preflight(asked)
      expect(response.status).toBe(204)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('access-control-allow-methods')).toContain('POST')
      expect(response.headers.get('access-control-allow-headers')).toBe(asked)
      expect(response.headers.get('vary')).toContain('access-control-request-headers')
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    }
    // What names no header is not said again.
    for (const odd of [null, '', 'a b', '<script>', 'x'.repeat(9000)]) {
      const { headers } = await preflight(odd)
      expect(headers.get('access-control-allow-headers')).toBe('*, authorization')
    }
  })

  test('URLs in a response start with the host that the caller used, if it is a valid one', async () => {
    const urls = async (headers: Record<string, string>) => {
      const answer = await raw(server, '/douyin/feed/', headers)
      return /"play_url":"([^"]*)\/videos\//.exec(answer)?.[1]
    }
    expect(await urls({ Host: '192.168.7.7:8080' })).toBe('http://192.168.7.7:8080')
    expect(await urls({ Host: 'video.example' })).toBe('http://video.example')
    expect(await urls({ Host: 'a"b<script>' })).toBeOneOf([undefined, 'http://localhost'])
    const forwarded = { Host: 'here.example', 'X-Forwarded-Host': 'evil.example' }
    expect(await urls(forwarded)).toBe('http://here.example')
  })

  test('a failure is told to the operator whole, to the caller not at all', async () => {
    const feed = spyOn(server.ctx.store.videos, 'feed').mockImplementation(() => {
      throw new Error('disk on fire')
    })
    const response = await get(`${server.url}/douyin/feed/?token=SECRET-TOKEN`)
    feed.mockRestore()
    expect(response.status).toBe(500)
    // The caller can say which line of the log it was.
    const id = response.headers.get('x-request-id')
    expect(await response.json()).toEqual({
      status_code: 9500,
      status_msg: `服务器内部错误 (${id})`,
      video_list: [],
      next_time: 0,
    })
    const failures = server.lines.filter((line) => line.includes('ERROR'))
    expect(failures).toHaveLength(1)
    expect(failures[0]).toContain(`[${id}] GET /douyin/feed/: Error: disk on fire`)
    expect(failures[0]).not.toContain('SECRET')
  })

  test('the log has every request, without its parameters', async () => {
    await get(`${server.url}/douyin/user/?token=SECRET-TOKEN&user_id=1`)
    await get(
      `${server.url}/douyin/user/login/?username=SECRET-NAME&password=SECRET-PW`,
      {},
      'POST',
    )
    await get(`${server.url}/nothing?SECRET`, { authorization: 'Bearer SECRET' })
    const text = server.lines.join('\n')
    expect(text).toContain('POST /douyin/user/login/ 200')
    expect(text).toContain('GET /nothing 404')
    expect(text).not.toContain('SECRET')
  })
})
