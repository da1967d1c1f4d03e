import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { validate } from '@readme/openapi-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { errorRows } from '../../src/errors.ts'
import { fetchDocument, fieldsOf, type Operation, operationsOf } from '../support/http/document.ts'
import { endpoints } from '../support/http/endpoints.ts'
import { schemaErrors } from '../support/http/json-schema.ts'
import { bootServer, type TestServer } from '../support/server.ts'

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

  test('an endpoint that is added has to stand in the list of them', () => {
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const listed = endpoints.map(([method, path]) => `${method} /douyin/${path}`)
    const others = ['GET /douyin/message/ws/', 'GET /healthz', 'GET /metrics']
    expect(documented.toSorted()).toEqual([...listed, ...others].toSorted())
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
