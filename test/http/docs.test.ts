import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { errorRows } from '../../src/errors.ts'
import { type Answer, call } from '../support/api.ts'
import { type Schema, schemaErrors } from '../support/http/json-schema.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

interface Operation {
  summary: string
  tags: string[]
  parameters: { name: string; required: boolean; schema: Schema; in: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content: Record<string, { schema: Schema }> }>
  security: object[]
}

let server: TestServer
let paths: Record<string, Record<string, Operation>>
let info: { description: string }

beforeAll(async () => {
  server = await bootServer()
  const document = (await (await fetch(`${server.url}/swagger/json`)).json()) as {
    paths: typeof paths
    info: typeof info
  }
  paths = document.paths
  info = document.info
})
afterAll(() => server[Symbol.asyncDispose]())

// Of the published API, with the spelling of its own that one path has.
const endpoints: [method: 'GET' | 'POST', path: string, params: string][] = [
  ['GET', 'feed/', 'latest_time token'],
  ['POST', 'user/register/', 'password username'],
  ['POST', 'user/login/', 'password username'],
  ['GET', 'user/', 'name token user_id'],
  ['POST', 'publish/action/', 'data title token'],
  ['GET', 'publish/list/', 'token user_id'],
  ['POST', 'favorite/action/', 'action_type token video_id'],
  ['GET', 'favorite/list/', 'token user_id'],
  ['POST', 'comment/action/', 'action_type comment_id comment_text token video_id'],
  ['GET', 'comment/list/', 'token video_id'],
  ['POST', 'relation/action/', 'action_type to_user_id token'],
  ['GET', 'relation/follow/list/', 'token user_id'],
  ['GET', 'relatioin/follow/list/', 'token user_id'],
  ['GET', 'relation/follower/list/', 'token user_id'],
  ['GET', 'relation/friend/list/', 'token user_id'],
  ['GET', 'message/chat/', 'pre_msg_time to_user_id token'],
  ['POST', 'message/action/', 'action_type content to_user_id token'],
]

const operation = (method: string, path: string) =>
  paths[`/douyin/${path}`]?.[method.toLowerCase()] as Operation

const answerOf = (method: string, path: string) =>
  operation(method, path).responses[200]!.content['application/json']!.schema

describe('/swagger/json', () => {
  test.each(endpoints)(
    '%s %s has its parameters, tag, summary and answer',
    (method, path, params) => {
      const described = operation(method, path)
      expect(described.summary).not.toBe('')
      expect(described.tags).toHaveLength(1)
      const form = described.requestBody?.content['multipart/form-data']?.schema.properties
      const names = form ? Object.keys(form) : described.parameters.map(({ name }) => name)
      const own = names.filter((name) => name !== 'limit' && name !== 'cursor')
      expect(own.toSorted()).toEqual(params.split(' '))
      expect(answerOf(method, path).required).toContain('status_code')
      expect(answerOf(method, path).required).toContain('status_msg')
    },
  )

  test('an operation has a name of its own, and no keyword that OpenAPI does not know', () => {
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    const names = operations.map((one) => (one as unknown as { operationId: string }).operationId)
    expect(new Set(names).size).toBe(names.length)
    const odd = new Set<string>()
    JSON.stringify(operations, (key, value) => {
      if (['trim', 'raw', '~kind', '$id'].includes(key)) odd.add(key)
      return value
    })
    expect([...odd]).toEqual([])
  })

  test('a pattern says nothing that only JavaScript of today understands', () => {
    const patterns: string[] = []
    JSON.stringify(paths, (key, value) => {
      if (key === 'pattern' && typeof value === 'string') patterns.push(value)
      return value
    })
    expect(patterns.length).toBeGreaterThan(0)
    for (const pattern of patterns) {
      expect(pattern).not.toMatch(/\\p|\\u\{|\(\?[<>=!]/i)
      // With and without the flag it is the same.
      for (const text of ['小明', 'a b', 'a\u0000', 'a\u0085', 'a\u202e', '😀', '']) {
        expect(new RegExp(pattern, 'u').test(text)).toBe(new RegExp(pattern).test(text))
      }
    }
  })

  test('the table of codes is there, whole and in both languages', () => {
    for (const { status, zh, en } of errorRows()) {
      expect(info.description).toContain(`| ${status} |`)
      expect(info.description).toContain(zh)
      expect(info.description).toContain(en)
    }
  })
})

describe('responses are what is documented', () => {
  // What a client is generated from must be what it will get.
  test('when they succeed, with something in every list', async () => {
    const [me, other] = (await storedUsers(server, 2, 'reader')) as [Member, Member]
    const video = await storedVideo(server, other.id)
    const answers: Record<string, Answer> = {}
    const ask = async (
      method: 'GET' | 'POST',
      path: string,
      params: Record<string, string | number> = {},
    ) => {
      const answer = await call(server, method, path, { token: me.token, ...params })
      expect(answer.status_code, `${path}: ${answer.status_msg}`).toBe(0)
      answers[`${method} ${path}`] = answer
      return answer
    }
    const account = { username: 'documented', password: 'secret-1' }
    await ask('POST', 'user/register/', account)
    await ask('POST', 'user/login/', account)
    await ask('POST', 'favorite/action/', { video_id: video, action_type: 1 })
    const commented = { video_id: video, action_type: 1, comment_text: 'well' }
    await ask('POST', 'comment/action/', commented)
    await ask('POST', 'relation/action/', { to_user_id: other.id, action_type: 1 })
    await server.ctx.store.relations.set(other.id, me.id, true)
    const message = { to_user_id: other.id, action_type: 1, content: 'hello' }
    await ask('POST', 'message/action/', message)
    await ask('GET', 'user/', { user_id: other.id })
    await ask('GET', 'feed/')
    await ask('GET', 'publish/list/', { user_id: other.id })
    await ask('GET', 'favorite/list/', { user_id: me.id, limit: 5 })
    await ask('GET', 'comment/list/', { video_id: video })
    await ask('GET', 'relation/follow/list/', { user_id: me.id })
    await ask('GET', 'relatioin/follow/list/', { user_id: me.id, limit: 1 })
    await ask('GET', 'relation/follower/list/', { user_id: me.id })
    await ask('GET', 'relation/friend/list/', { user_id: me.id })
    await ask('GET', 'message/chat/', { to_user_id: other.id })
    answers['POST publish/action/'] = withoutHttp(
      await upload(server, [
        ['title', 'x'],
        ['token', me.token],
        ['data', await freshClip()],
      ]),
    )
    expect(Object.keys(answers)).toHaveLength(endpoints.length)
    for (const [method, path] of endpoints) {
      const answer = answers[`${method} ${path}`]!
      expect({ path, wrong: schemaErrors(answer, answerOf(method, path)) }).toEqual({
        path,
        wrong: [],
      })
      for (const list of Object.values(answer))
        if (Array.isArray(list)) expect(list).not.toEqual([])
    }
    const gone = {
      video_id: video,
      action_type: 2,
      comment_id: answers['POST comment/action/']!.comment.id,
    }
    const deleted = await call(server, 'POST', 'comment/action/', { token: me.token, ...gone })
    expect(schemaErrors(deleted, answerOf('POST', 'comment/action/'), true)).toEqual([])
  })

  test.each(endpoints.filter(([, path]) => path !== 'feed/'))(
    'when %s %s fails: every required field with its type, and nothing else',
    async (method, path) => {
      const failures = [
        await call(server, method, path),
        await call(server, method, path, { token: 'nobody', user_id: 999_999, video_id: 'x' }),
        (await (await fetch(`${server.url}/douyin/${path}?q=%`, { method })).json()) as Answer,
      ]
      for (const failure of failures) {
        expect(failure.status_code).toBeGreaterThan(0)
        expect(failure.status_msg).not.toBe('')
        expect(schemaErrors(failure, answerOf(method, path), true)).toEqual([])
      }
    },
  )
})

describe('/swagger', () => {
  const asset = async (path: string) => {
    const response = await fetch(`${server.url}${path}`)
    return { response, text: await response.text() }
  }

  test('the page loads its own files and nothing from outside', async () => {
    const { text } = await asset('/swagger')
    const references = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to!)
    expect(references.length).toBeGreaterThan(2)
    for (const to of references) {
      if (to.startsWith('data:')) continue
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

type Member = { id: number; token: string }

function withoutHttp({ http, retryAfter, ...answer }: Awaited<ReturnType<typeof upload>>): Answer {
  return answer as unknown as Answer
}

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
