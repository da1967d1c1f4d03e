import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { type App, createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { type Context, createContext } from '../../src/context.ts'
import { AppError } from '../../src/errors.ts'
import { contract } from '../../src/http/endpoint/contract.ts'
import { endpoint } from '../../src/http/endpoint/endpoint.ts'
import { Id } from '../../src/http/endpoint/fields.ts'
import { listen } from '../../src/http/server/listen.ts'
import { raw } from '../support/http/raw-request.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Serves an app with hooks, which are called with what they see. */
async function withHooks(
  hooked: (app: App, see: (what: string) => void) => unknown,
  check: (url: string, seen: string[], ctx: Context) => Promise<void>,
) {
  const data = temporaryDirectory()
  const settings = { host: '127.0.0.1', port: '0', data: data.path, ffmpeg: 'embedded' }
  const ctx: Context = await createContext(loadConfig(settings), () => {})
  const app = createApp(ctx)
  const seen: string[] = []
  const elysia = hooked(app, (what) => void seen.push(what)) as App['elysia']
  const server = listen({ ...app, elysia }, ctx)
  try {
    await check(`http://127.0.0.1:${server.port}`, seen, ctx)
  } finally {
    await server.stop(1000)
    await app[Symbol.asyncDispose]()
    await ctx[Symbol.asyncDispose]()
    data.clean()
  }
}

// A request that finds its handler by any other way than Elysia's would pass by these hooks.
describe('every request goes through Elysia, and a hook sees it', () => {
  const requests = [
    ['GET', '/douyin/feed/'],
    ['GET', '/douyin/feed'],
    ['HEAD', '/douyin/feed/'],
    ['GET', '/douyin/user/'],
    ['POST', '/douyin/user/login/'],
    ['POST', '/douyin/publish/action/'],
    ['GET', '/covers/none.jpg'],
    ['GET', '/healthz'],
  ] as const

  test('onRequest on the app that was made', () =>
    withHooks(
      ({ elysia }, see) => elysia.onRequest(({ request }) => see(request.method)),
      async (url, seen) => {
        for (const [method, path] of requests) {
          seen.length = 0
          await fetch(url + path, { method })
          expect({ method, path, seen }).toEqual({ method, path, seen: [method] })
        }
      },
    ))

  test('what onRequest returns is the response', () =>
    withHooks(
      ({ elysia }) => elysia.onRequest(() => new Response('closed', { status: 503 })),
      async (url) => {
        for (const [method, path] of requests) {
          expect((await fetch(url + path, { method })).status).toBe(503)
        }
      },
    ))

  test('onBeforeHandle, onAfterHandle and onError around the app', () =>
    withHooks(
      ({ elysia }, see) =>
        new Elysia()
          .onBeforeHandle(() => see('before'))
          .onAfterHandle(() => see('after'))
          .onError(({ code }) => see(`error ${code}`))
          .use(elysia),
      async (url, seen) => {
        const ask = async (method: string, path: string) => {
          seen.length = 0
          const response = await fetch(url + path, { method })
          expect(await response.json()).toHaveProperty('status_code')
          return [...seen]
        }
        const done = ['before', 'after']
        expect(await ask('GET', '/douyin/feed/')).toEqual(done)
        const user = 'username=hooks&password=secret-1'
        expect(await ask('POST', `/douyin/user/register/?${user}`)).toEqual(done)
        // A refusal at once, and one that comes later.
        expect(await ask('GET', '/douyin/user/sessions/')).toEqual(['before', 'error unauthorized'])
        expect(await ask('POST', '/douyin/user/login/?username=x&password=secret-1')).toEqual([
          'before',
          'error wrong_credentials',
        ])
        expect(await ask('GET', '/covers/none.jpg')).toEqual(['before', 'error not_found'])
      },
    ))
})

// Reads are made for what is in memory. One that waits for its engine would hang, pass by the hooks or
// lose its envelope if it were not awaited.
describe('a read that has to wait', () => {
  const feed = '/douyin/feed/'
  const around = ({ elysia }: App, see: (what: string) => void) =>
    new Elysia().onError(({ code }) => see(`error ${code}`)).use(elysia)

  test('has the same response', () =>
    withHooks(around, async (url, seen, { store: { videos } }) => {
      const atOnce = await (await fetch(url + feed)).text()
      const page = await videos.feed(Number.MAX_SAFE_INTEGER, 30)
      using _ = spyOn(videos, 'feed').mockImplementation(async () => page)
      expect(await (await fetch(url + feed)).text()).toBe(atOnce)
      expect(seen).toEqual([])
    }))

  test('is refused like any other, and the hooks see it', () =>
    withHooks(around, async (url, seen, { store: { videos } }) => {
      using feeds = spyOn(videos, 'feed')
      feeds.mockImplementation(() => Promise.reject(new AppError('unavailable')))
      const refused = await fetch(url + feed)
      expect(refused.status).toBe(503)
      expect(await refused.json()).toMatchObject({ status_code: 9503, video_list: [] })
      feeds.mockImplementation(() => Promise.reject(new AppError('busy')))
      const busy = await fetch(url + feed)
      expect(busy.status).toBe(200)
      expect(await busy.json()).toMatchObject({ status_code: 7001, video_list: [] })
      feeds.mockImplementation(() => Promise.reject(new Error('lost')))
      expect((await fetch(url + feed)).status).toBe(500)
      expect(seen).toEqual(['error unavailable', 'error busy', 'error UNKNOWN'])
    }))
})

describe('a path that cannot be decoded leads nowhere', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await bootServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const folders = [
    '/videos/',
    '/covers/',
    '/avatars/',
    '/backgrounds/',
    '/swagger/',
    '/douyin/',
    '/douyin/user/',
    '/douyin/feed/',
    '/healthz/',
    '/metrics',
    '/',
  ]
  const odd = [
    '%',
    '%c0',
    '%zz',
    '%c0%af',
    '%E4%B8',
    '1%zz.png',
    '1.png%ff',
    '%00%',
    '%ed%a0%80.jpg',
  ]

  test.each(folders)('%s', async (folder) => {
    for (const name of odd) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const response = await raw(server, folder + name, {}, method)
        const status = Number(response.split(' ')[1])
        expect({ path: folder + name, method, status }).toEqual({
          path: folder + name,
          method,
          status: 404,
        })
        expect(response).toMatch(/content-type: application\/json; charset=utf-8/i)
        if (method !== 'HEAD') expect(response).toContain('"status_code":9404')
      }
    }
    expect(server.lines.filter((line) => line.includes('ERROR'))).toEqual([])
  })

  test.each([
    '/avatars/0.png',
    '/avatars/01.png',
    '/avatars/1e0.png',
    '/avatars/9007199254740993.png',
    '/avatars/1.jpg',
    '/avatars/.png',
    '/avatars/1%2fpng',
    '/backgrounds/%2e%2e%2fx.jpg',
    '/covers/..%2fdouyin.db',
    '/covers/a.mp4',
    '/videos/a.jpg',
    '/videos/%00.mp4',
    '/videos/a%0a.mp4',
  ])('so does a name that no file has: %s', async (path) => {
    expect(await raw(server, path)).toStartWith('HTTP/1.1 404 ')
  })
})

describe('a parameter in the path', () => {
  const declared = contract({
    tag: '基础接口',
    summary: { zh: '一个', en: 'One' },
    access: 'none',
    path: t.Object({
      id: Id({ zh: '视频', en: 'The video' }),
      part: t.String({ maxLength: 4, pattern: '^[a-z文]+$' }),
    }),
    params: t.Object({
      id: t.Optional(t.String()),
      size: t.Optional(Id({ zh: '大小', en: 'How large' })),
    }),
    response: t.Object({
      id: Id({ zh: '视频', en: 'The video' }),
      part: t.String(),
      size: Id({ zh: '大小', en: 'How large' }),
    }),
  })
  const services = {
    config: { publicUrl: null, trustProxy: [] },
    limits: { take() {} },
    authenticate: () => null,
  }
  const [handler, hooks] = endpoint(services as never, declared, ({ params }) => ({
    id: params.id as number,
    part: params.part,
    size: params.size ?? 0,
  }))
  const app = new Elysia()
    .onError(({ error, set }) => {
      set.status = 200
      return new Response((error as { code?: string }).code)
    })
    .get('/video/:id/:part', handler, hooks)
  const ask = async (path: string) =>
    (await app.handle(new Request(`http://localhost${path}`))).text()

  // What is in the path counts, whatever a query of the same name says.
  test.each([
    ['/video/7/abc', { id: 7, part: 'abc', size: 0 }],
    ['/video/7/abc/', { id: 7, part: 'abc', size: 0 }],
    ['/video/7/abc?size=3&id=9', { id: 7, part: 'abc', size: 3 }],
    ['/video/7/%E6%96%87', { id: 7, part: '文', size: 0 }],
    ['/video/%37/%61', { id: 7, part: 'a', size: 0 }],
  ])('is decoded, checked and handed over: %s', async (path, fields) => {
    expect(JSON.parse(await ask(path))).toEqual({ status_code: 0, status_msg: '成功', ...fields })
  })

  test.each([
    '/video/0/abc',
    '/video/x/abc',
    '/video/07/abc',
    '/video/9007199254740993/abc',
    '/video/7/ABC',
    '/video/7/abcde',
    '/video/7/%c0',
    '/video/%zz/abc',
    '/video/7/%2f',
  ])('that is none makes the address one that there is not: %s', async (path) => {
    expect(await ask(path)).toBe('not_found')
  })

  test('a parameter of the query is still told by its name', async () => {
    expect(await ask('/video/7/abc?size=x')).toBe('invalid')
  })

  test('is documented where it is', () => {
    const { parameters } = (hooks as { detail: { parameters: object[] } }).detail
    expect(parameters).toMatchObject([
      { in: 'path', name: 'id', required: true, schema: { type: 'integer', minimum: 1 } },
      { in: 'path', name: 'part', required: true, schema: { type: 'string', maxLength: 4 } },
      { in: 'query', name: 'id', required: false },
      { in: 'query', name: 'size', required: false },
    ])
  })
})
