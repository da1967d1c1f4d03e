/** What each endpoint refuses: callers nobody knows, parameters that are missing, things that are not there. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { Params, Transport } from './transports.ts'
import { calls, createWorld, type World } from './world.ts'

const api = useServer()
let world: World

beforeAll(async () => {
  world = await createWorld(api)
})

/** Where the client notes let nobody in without a token. */
const membersOnly: to.Endpoint[] = [
  to.publish,
  to.favorite,
  to.commenting,
  to.relation,
  to.friends,
  to.messaging,
  to.chat,
]

/** Where the client notes let the caller be anonymous. */
const open: to.Endpoint[] = [
  to.feed,
  to.published,
  to.favorites,
  to.comments,
  to.follows,
  to.followsMisspelt,
  to.followers,
]

describe('a caller without a token', () => {
  for (const endpoint of membersOnly) {
    test(`is refused at ${endpoint.path}`, async () => {
      await api.refused(endpoint, without('token', await valid(endpoint)), way(endpoint))
    })
  }
  for (const endpoint of open) {
    test(`is let in at ${endpoint.path}, and sees no favorite and nobody followed`, async () => {
      const answer = await api.ok(endpoint, without('token', await valid(endpoint)))
      expect(JSON.stringify(answer)).not.toMatch(/"is_(follow|favorite)":true/)
    })
  }
  test('and without an id is refused at /douyin/user/', async () => {
    await api.refused(to.profile)
  })
})

describe('an invalid token is refused', () => {
  const tokens: [what: string, of: (world: World) => string][] = [
    ['nonsense', () => 'nonsense'],
    ['empty', () => ''],
    ['a space', () => ' '],
    ['an id', ({ ann }) => String(ann.id)],
    ['a name', ({ ann }) => ann.name],
    ['a token cut by one', ({ ann }) => ann.token.slice(0, -1)],
    ['a token and one more', ({ ann }) => `${ann.token}a`],
    ['a token in the other case', ({ ann }) => swapCase(ann.token)],
    ['a wildcard', () => '%'],
    ['a quote', () => `' OR '1'='1`],
    ['very long', () => 'a'.repeat(4000)],
    ['a NUL', () => 'a\0b'],
  ]
  for (const endpoint of membersOnly) {
    for (const [what, of] of tokens) {
      test(`${what} at ${endpoint.path}`, async () => {
        const params = { ...(await valid(endpoint)), token: of(world) }
        await api.refused(endpoint, params, way(endpoint))
      })
    }
  }
})

describe('an invalid token where the caller may be anonymous', () => {
  for (const endpoint of open) {
    test(`gives no rights at ${endpoint.path}`, async () => {
      // Whether that is anonymous or a refusal is the server's choice.
      const answer = await api.call(endpoint, { ...(await valid(endpoint)), token: 'nonsense' })
      expect(JSON.stringify(answer)).not.toMatch(/"is_(follow|favorite)":true/)
    })
  }
})

describe('a parameter that the spec requires and that is missing', () => {
  const required: [to.Endpoint, string[]][] = [
    [to.register, ['username', 'password']],
    [to.login, ['username', 'password']],
    [to.publish, ['data']],
    [to.favorite, ['video_id', 'action_type']],
    [to.commenting, ['video_id', 'action_type', 'comment_text']],
    [to.comments, ['video_id']],
    [to.relation, ['to_user_id', 'action_type']],
    [to.messaging, ['to_user_id', 'action_type', 'content']],
    [to.chat, ['to_user_id']],
  ]
  for (const [endpoint, names] of required) {
    for (const name of names) {
      test(`${name} at ${endpoint.path}`, async () => {
        await api.refused(endpoint, without(name, await valid(endpoint)), way(endpoint))
      })
    }
  }
  test('comment_id of a comment to delete', async () => {
    const { ann, video } = world
    await api.refused(to.commenting, { token: ann.token, video_id: video.id, action_type: 2 })
  })
  test('everything', async () => {
    for (const endpoint of to.all.filter((one) => one !== to.feed)) await api.refused(endpoint)
  })
})

describe('an action_type that the spec does not define', () => {
  const types = [0, 3, -1, 11, 12, '', 'like', '1.5', '0x1', ' ', '1,2', 'true', 4294967297]
  for (const endpoint of [to.favorite, to.commenting, to.relation, to.messaging]) {
    for (const action_type of types) {
      test(`${JSON.stringify(action_type)} at ${endpoint.path}`, async () => {
        await api.refused(endpoint, { ...(await valid(endpoint)), action_type })
      })
    }
  }
  test('2 of a message, which can only be sent', async () => {
    const { ann, bob } = world
    const before = await act.chatOf(api, bob, ann)
    await api.refused(to.messaging, { ...(await valid(to.messaging)), action_type: 2 })
    expect(await act.chatOf(api, bob, ann)).toEqual(before)
  })
})

describe('an id of nothing', () => {
  const nowhere = 4_503_599_627_370_495
  const cases: [to.Endpoint, string][] = [
    [to.profile, 'user_id'],
    [to.favorite, 'video_id'],
    [to.commenting, 'video_id'],
    [to.relation, 'to_user_id'],
    [to.messaging, 'to_user_id'],
  ]
  for (const [endpoint, name] of cases) {
    test(`unknown ${name} at ${endpoint.path}`, async () => {
      await api.refused(endpoint, { ...(await valid(endpoint)), [name]: nowhere })
    })
  }
  test('undoing a like of an unknown video, a follow of an unknown user, an unknown comment', async () => {
    const { token } = world.ann
    const video_id = world.video.id
    await api.refused(to.favorite, { token, video_id: nowhere, action_type: 2 })
    await api.refused(to.relation, { token, to_user_id: nowhere, action_type: 2 })
    await api.refused(to.commenting, { token, video_id, action_type: 2, comment_id: nowhere })
  })
})

test('no refusal above changed anything', async () => {
  const { ann, bob, video } = world
  expect(await act.publishedBy(api, bob)).toHaveLength(1)
  expect(await act.videoOf(api, ann, bob, video.id)).toMatchObject({
    favorite_count: 1,
    comment_count: 1,
  })
  expect(await act.profileOf(api, ann, bob)).toMatchObject({
    follower_count: 1,
    total_favorited: 1,
  })
})

function valid(endpoint: to.Endpoint): Params | Promise<Params> {
  return calls.find((call) => call.endpoint === endpoint)!.params(world)
}

function way(endpoint: to.Endpoint): { via: Transport } {
  return { via: endpoint === to.publish ? 'multipart' : 'query' }
}

function without(name: string, params: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== name))
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
}
