/** Parameters mean the same however they travel. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { Agent, request } from 'node:http'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import { forGet, forPost, forUpload, type Transport } from './transports.ts'
import { type Call, calls, createWorld, type World } from './world.ts'

const api = useServer()
let world: World

beforeAll(async () => {
  world = await createWorld(api)
})

for (const { endpoint, params, shows } of calls) {
  describe(`${endpoint.method} ${endpoint.path}`, () => {
    for (const via of waysOf(endpoint)) {
      test(via, async () => {
        const given = await params(world)
        await shows(world, await api.ok(endpoint, given, { via }), given)
      })
    }
  })
}

function waysOf(endpoint: to.Endpoint): readonly Transport[] {
  if (endpoint === to.publish) return forUpload
  return endpoint.method === 'GET' ? forGet : forPost
}

describe('a GET that has a form body too is served, and so is the next on its connection', () => {
  for (const { endpoint, params, shows } of calls.filter(
    (call) => call.endpoint.method === 'GET',
  )) {
    test(endpoint.path, async () => {
      // A server that leaves the body unread takes it for the start of the next request.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const given = await params(world)
      for (let again = 0; again < 3; again++) {
        await shows(world, await getWithBody(endpoint, given, agent), given)
      }
      agent.destroy()
    })
  }

  function getWithBody(
    endpoint: to.Endpoint,
    given: Awaited<ReturnType<Call['params']>>,
    agent: Agent,
  ) {
    const pairs = new URLSearchParams(Object.entries(given).map(([k, v]) => [k, String(v)]))
    const body = pairs.toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }
    return new Promise<never>((done, failed) => {
      request(
        `${api.base()}${endpoint.path}?${pairs}`,
        { method: 'GET', agent, headers },
        (answer) => {
          let text = ''
          answer.on('data', (chunk) => {
            text += chunk
          })
          answer.on('end', () => done(JSON.parse(text) as never))
        },
      )
        .on('error', failed)
        .end(body)
    })
  }
})

describe('text arrives as it was written', () => {
  const texts = [
    '1 + 1 = 2 & 50% more?',
    '汉字 😀 👩‍👩‍👧 é',
    `<script>alert("it's")</script>`,
    '%41%20+\\u0041\\n',
    'two\nlines',
    '{"json": [1, null]}',
    '0x10',
    '1.5e+06',
    'null',
    'true',
  ]
  const ways: Transport[] = ['query', 'urlencoded', 'multipart', 'json']
  for (const text of texts) {
    // The web's own FormData makes a line end CRLF before it is sent.
    for (const via of text.includes('\n') ? ways.filter((way) => way !== 'multipart') : ways) {
      test(`${JSON.stringify(text)} by ${via}`, async () => {
        const { ann, video } = world
        const answer = await api.ok(
          to.commenting,
          { token: ann.token, video_id: video.id, action_type: 1, comment_text: text },
          { via },
        )
        expect(answer.comment?.content).toBe(text)
      })
    }
  }

  test('a space in the query as %20 and as +', async () => {
    const { ann, video } = world
    for (const space of ['%20', '+']) {
      const query = `token=${ann.token}&video_id=${video.id}&action_type=1&comment_text=a${space}b`
      const answer = await api.raw(`${to.commenting.path}?${query}`, { method: 'POST' })
      expect(await answer.json()).toMatchObject({ comment: { content: 'a b' } })
    }
  })
})

describe('the type of a body is read as HTTP writes it: in any case, with parameters behind', () => {
  const types: [Transport, type: string][] = [
    ['json', 'application/json; charset=utf-8'],
    ['json', 'application/json;charset=UTF-8'],
    ['json', 'Application/JSON'],
    ['urlencoded', 'application/x-www-form-urlencoded'],
    ['urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8'],
    ['urlencoded', 'Application/X-WWW-Form-URLencoded'],
  ]
  for (const [via, type] of types) {
    test(type, async () => {
      const { ann, video } = world
      const comment_text = act.unique('汉字 ')
      const params = { token: ann.token, video_id: video.id, action_type: 1, comment_text }
      const answer = await api.ok(to.commenting, params, { via, headers: { 'content-type': type } })
      expect(answer.comment?.content).toBe(comment_text)
    })
  }
})

describe('where the token is', () => {
  test('the scheme of Authorization is a word in any case', async () => {
    const { ann } = world
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const headers = { authorization: `${scheme} ${ann.token}` }
      expect(await api.ok(to.profile, {}, { headers })).toMatchObject({ user: { id: ann.id } })
    }
  })

  test('another scheme is no token', async () => {
    const { ann, bob } = world
    for (const value of [`Basic ${ann.token}`, 'Bearer', 'Bearer ', 'Bearer nonsense']) {
      await api.refused(
        to.relation,
        { to_user_id: bob.id, action_type: 1 },
        { headers: { authorization: value } },
      )
    }
  })

  test('an empty token is a missing one where the caller may be anonymous', async () => {
    expect((await api.ok(to.feed, { token: '' })).video_list).not.toBeEmpty()
  })

  test('the parts of a form in any order, the token last', async () => {
    const { ann, bob } = world
    const content = act.unique()
    const params = { content, action_type: 1, to_user_id: bob.id, token: ann.token }
    await api.ok(to.messaging, params, { via: 'multipart' })
    expect((await act.chatOf(api, bob, ann)).map((said) => said.content)).toContain(content)
  })
})
