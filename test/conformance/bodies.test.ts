/** Bodies that are broken, or are not what they say: a business failure that the app can show, never an error page. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import { readAnswer } from './client.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { Envelope } from './shapes.ts'
import { createWorld, type World } from './world.ts'

const api = useServer()
let world: World

beforeAll(async () => {
  world = await createWorld(api)
})

const posts = to.all.filter((endpoint) => endpoint.method === 'POST')
const multipart = 'multipart/form-data; boundary=x'

const broken: [what: string, type: string, body: string][] = [
  ['JSON that ends too early', 'application/json', '{"username": "a'],
  ['JSON with a trailing comma', 'application/json', '{"token": "a",}'],
  ['JSON in single quotes', 'application/json', "{'token': 'a'}"],
  ['not JSON at all', 'application/json', 'username=a&password=b'],
  ['a JSON number', 'application/json', '1'],
  ['a JSON text', 'application/json', '"token"'],
  ['a JSON list', 'application/json', '[{"token": "a"}]'],
  ['JSON null', 'application/json', 'null'],
  ['JSON nested without end', 'application/json', '['.repeat(20_000)],
  ['JSON that reaches for the prototype', 'application/json', '{"__proto__": {"token": "a"}}'],
  ['multipart without a boundary', 'multipart/form-data', '--x\r\n'],
  ['multipart of nothing', multipart, ''],
  ['multipart without any part', multipart, '--x--\r\n'],
  ['multipart of another boundary', multipart, '--y\r\n\r\na\r\n--y--\r\n'],
  ['multipart cut in a header', multipart, '--x\r\nContent-Disposition: form-da'],
  [
    'multipart cut in a value',
    multipart,
    '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nab',
  ],
  [
    'a part without a name',
    multipart,
    '--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n',
  ],
  ['a form with bad percent signs', 'application/x-www-form-urlencoded', 'token=%zz&title=%'],
  ['a form of bytes that are not UTF-8', 'application/x-www-form-urlencoded', 'token=%ff%fe'],
  ['a type that the API does not know', 'application/xml', '<token>a</token>'],
  ['a type that is no type', 'json', '{"token": "a"}'],
]

for (const endpoint of posts) {
  describe(`POST ${endpoint.path} refuses`, () => {
    for (const [what, type, body] of broken) {
      test(what, async () => {
        const answer = await api.raw(endpoint.path, {
          method: 'POST',
          headers: { 'content-type': type },
          body,
        })
        const { status_code } = (await readAnswer(endpoint, answer)) as Envelope
        expect(status_code).not.toBe(0)
      })
    }
  })
}

describe('values of a JSON body that can be no parameter are refused', () => {
  const values = [null, true, [], {}, [1], { id: 1 }, -1, 0.5, 1e300]
  for (const value of values) {
    test(`"video_id": ${JSON.stringify(value)}`, async () => {
      const { ann } = world
      await refusedJson(to.favorite, { token: ann.token, video_id: value, action_type: 1 })
    })
    test(`"token": ${JSON.stringify(value)}`, async () => {
      const { video } = world
      await refusedJson(to.favorite, { token: value, video_id: video.id, action_type: 1 })
    })
  }
})

describe('a name is a text', () => {
  for (const username of [null, [], {}, { $gt: '' }]) {
    test(`"username": ${JSON.stringify(username)}`, async () => {
      await refusedJson(to.register, { username, password: act.password })
      await refusedJson(to.login, { username, password: act.password })
    })
  }
})

describe('a query that cannot be decoded gets the envelope', () => {
  for (const query of ['token=%zz', 'user_id=%', 'token=%ff%fe', '&&&', '=', 'token', 'a[b]=1']) {
    for (const endpoint of to.all) {
      test(`${endpoint.method} ${endpoint.path}?${query}`, async () => {
        const { method } = endpoint
        await readAnswer(endpoint, await api.raw(`${endpoint.path}?${query}`, { method }))
      })
    }
  }
})

test('the server goes on after a broken body', async () => {
  expect((await api.ok(to.feed)).video_list).not.toBeEmpty()
})

async function refusedJson(endpoint: to.Endpoint, body: object): Promise<void> {
  const answer = await api.raw(endpoint.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(((await readAnswer(endpoint, answer)) as Envelope).status_code).not.toBe(0)
}
