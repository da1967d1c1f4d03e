import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { validate } from '@readme/openapi-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { errorRows } from '../../src/errors.ts'
import { type Answer, call } from '../support/api.ts'
import { fetchDocument, fieldsOf, type Operation, operationsOf } from '../support/http/document.ts'
import { schemaErrors } from '../support/http/json-schema.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

type Document = Awaited<ReturnType<typeof fetchDocument>>

let server: TestServer
let paths: Record<string, Record<string, Operation>>
let chinese: Document
let english: Document
const documents = () => [chinese, english]

beforeAll(async () => {
  server = await bootServer()
  paths = await operationsOf(server.url)
  chinese = await fetchDocument(server.url, 'zh')
  english = await fetchDocument(server.url, 'en')
})
afterAll(() => server[Symbol.asyncDispose]())

// The published API, with the spelling of its own that one path has.
const endpoints: [method: 'GET' | 'POST', path: string, params: string][] = [
  ['GET', 'feed/', 'latest_time'],
  ['POST', 'user/register/', 'invite password username'],
  ['POST', 'user/login/', 'password username'],
  ['GET', 'user/', 'name user_id'],
  ['POST', 'publish/action/', 'data title'],
  ['GET', 'publish/list/', 'user_id'],
  ['POST', 'favorite/action/', 'action_type video_id'],
  ['GET', 'favorite/list/', 'user_id'],
  ['POST', 'comment/action/', 'action_type comment_id comment_text video_id'],
  ['GET', 'comment/list/', 'video_id'],
  ['POST', 'relation/action/', 'action_type to_user_id'],
  ['GET', 'relation/follow/list/', 'user_id'],
  ['GET', 'relatioin/follow/list/', 'user_id'],
  ['GET', 'relation/follower/list/', 'user_id'],
  ['GET', 'relation/friend/list/', 'user_id'],
  ['GET', 'message/chat/', 'before pre_msg_time to_user_id'],
  ['POST', 'message/action/', 'action_type content to_user_id'],
  // Beyond it.
  ['GET', 'feed/following/', 'latest_time'],
  ['GET', 'video/', 'video_id'],
  ['POST', 'video/view/', 'video_id'],
  ['POST', 'publish/update/', 'title video_id'],
  ['POST', 'publish/delete/', 'video_id'],
  ['GET', 'search/', 'keyword type'],
]

const operation = (method: string, path: string) =>
  paths[`/douyin/${path}`]?.[method.toLowerCase()] as Operation

const answerOf = (method: string, path: string) =>
  operation(method, path).responses[200]!.content['application/json']!.schema

describe('/swagger/json', () => {
  test('is valid OpenAPI 3.1 to two validators, in both languages', async () => {
    for (const document of documents()) {
      expect(document.openapi).toBe('3.1.0')
      const first = await new Validator().validate(structuredClone(document))
      expect([first.valid, first.errors]).toEqual([true, undefined])
      const second = await validate(structuredClone(document))
      expect(second).toMatchObject({ valid: true, warnings: [] })
    }
  })

  test.each(endpoints)(
    '%s %s has its parameters, tag, summary and answer',
    (method, path, params) => {
      const described = operation(method, path)
      expect(described.summary).not.toBe('')
      expect(described.tags).toHaveLength(1)
      const own = Object.keys(fieldsOf(described)).filter((name) => !/^(limit|cursor)$/.test(name))
      expect(own.toSorted().join(' ')).toEqual(params)
      expect(schemaErrors({}, answerOf(method, path), true).join()).toContain('needs status_code')
      expect(Boolean(described.deprecated)).toBe(path.startsWith('relatioin/'))
    },
  )

  // A client that is generated would put passwords into addresses, which stay in logs.
  test('a POST has nothing in its address, and each form of its body', () => {
    for (const [method, path] of endpoints.filter(([method]) => method === 'POST')) {
      const { parameters, requestBody } = operation(method, path)
      expect([path, parameters]).toEqual([path, []])
      const forms = Object.keys(requestBody!.content)
      expect(forms).toContain('multipart/form-data')
      if (path === 'publish/action/') continue
      expect(forms).toEqual([
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
      ])
    }
  })

  // Of a condition that nothing can meet a generator makes nothing.
  test('says which parameter is needed beside which value of another', () => {
    for (const { schema } of Object.values(
      operation('POST', 'comment/action/').requestBody!.content,
    )) {
      const needed = (value: number, name: string) => ({
        if: {
          properties: { action_type: { enum: [value, String(value)] } },
          required: ['action_type'],
        },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: [name] },
      })
      expect<unknown>(schema.allOf).toEqual([needed(1, 'comment_text'), needed(2, 'comment_id')])
    }
  })

  test('what the API speaks of is declared once, and referred to everywhere', () => {
    for (const { components, paths } of documents()) {
      const named = ['User', 'FriendUser', 'Video', 'Comment', 'Message', 'Envelope']
      expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(named))
      const references = JSON.stringify([paths, components]).match(/#\/components\/schemas\/\w+/g)!
      for (const name of named) expect(references).toContain(`#/components/schemas/${name}`)
      for (const reference of references) {
        expect(components.schemas).toHaveProperty(reference.split('/').at(-1)!)
      }
      // The author of a video is not written out again.
      expect(JSON.stringify(paths)).not.toContain('follower_count":{')
    }
  })

  test('says which calls need a token, and where one comes from', () => {
    const { bearer, token } = english.components.securitySchemes
    expect(bearer).toMatchObject({ type: 'http', scheme: 'bearer' })
    expect(bearer.description).toMatch(/register or login/)
    expect(token).toMatchObject({ type: 'apiKey', in: 'query', name: 'token' })
    const either = [{ bearer: [] }, { token: [] }]
    expect(operation('POST', 'favorite/action/').security).toEqual(either)
    expect(operation('GET', 'feed/').security).toEqual([{}, ...either])
    expect(operation('POST', 'user/login/').security).toEqual([])
  })

  test('is in one language', () => {
    // The name of the API is one.
    expect(JSON.stringify(english).replaceAll('极简抖音', '')).not.toMatch(/\p{Script=Han}/u)
    const texts: string[] = []
    JSON.stringify(chinese, (key, value) => {
      if (['summary', 'description'].includes(key) && typeof value === 'string') texts.push(value)
      return value
    })
    expect(texts.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([])
  })

  test('shows believable examples that are what they are examples of', () => {
    for (const [method, path] of endpoints) {
      const { requestBody, responses, parameters } = operation(method, path)
      for (const [, { schema, example }] of Object.entries(responses[200]!.content)) {
        expect([path, schemaErrors(example, schema)]).toEqual([path, []])
        expect(JSON.stringify(example)).not.toMatch(/"string"|9007199254740991/)
      }
      for (const [form, { schema, example }] of Object.entries(requestBody?.content ?? {})) {
        if (form === 'multipart/form-data' && path === 'publish/action/') continue
        expect([path, schemaErrors(example, schema)]).toEqual([path, []])
      }
      for (const { name, example } of parameters)
        expect([name, example]).not.toEqual([name, 'string'])
    }
  })

  test('an operation has a name of its own, and no keyword that OpenAPI does not know', () => {
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
    const odd = new Set<string>()
    JSON.stringify(operations, (key, value) => {
      if (['trim', 'raw', 'moment', 'usedWith', 'about', '~kind', '$id'].includes(key)) odd.add(key)
      return value
    })
    expect([...odd]).toEqual([])
  })

  test('a pattern says nothing that only JavaScript of today understands', () => {
    const patterns: string[] = []
    JSON.stringify(chinese, (key, value) => {
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

  test('the table of codes is there, whole, in the language of the rest', () => {
    for (const { status, zh, en } of errorRows()) {
      expect(chinese.info.description).toMatch(new RegExp(`\\| ${status} \\| \\d+ \\| `))
      expect(chinese.info.description).toContain(zh)
      expect(english.info.description).toContain(en)
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
    await ask('GET', 'feed/following/')
    await ask('GET', 'video/', { video_id: video })
    await ask('POST', 'video/view/', { video_id: video })
    const own = { video_id: await storedVideo(server, me.id) }
    await ask('POST', 'publish/update/', { ...own, title: 'documented' })
    await ask('GET', 'search/', { keyword: 'documented' })
    await ask('POST', 'publish/delete/', own)
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
        if (Array.isArray(list) && path !== 'search/') expect(list).not.toEqual([])
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
