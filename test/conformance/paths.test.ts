/** Where the endpoints are, and what an unknown path or a wrong method gets. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { readTransportFailure } from './client.ts'
import { all } from './endpoints.ts'
import { useServer } from './server.ts'
import { calls, createWorld, type World } from './world.ts'

const api = useServer()
let world: World

beforeAll(async () => {
  world = await createWorld(api)
})

test('the table of calls covers all sixteen endpoints and the misspelt alias', () => {
  expect(calls.map(({ endpoint }) => endpoint.path).sort()).toEqual(
    all.map((endpoint) => endpoint.path).sort(),
  )
  expect(calls).toHaveLength(17)
})

describe('with and without its slash, never by a redirect (the app would lose its POST)', () => {
  for (const { endpoint, params, shows } of calls) {
    for (const path of [endpoint.path, endpoint.path.replace(/\/$/, '')]) {
      test(`${endpoint.method} ${path}`, async () => {
        const given = await params(world)
        const via = 'data' in given ? 'multipart' : 'query'
        await shows(world, await api.ok(endpoint, given, { via, path }), given)
      })
    }
  }
})

describe('an unknown path gets 404 with the envelope, not a page or plain text', () => {
  const paths = [
    '/nothing',
    '/nothing/at/all.html',
    '/douyin/nothing/',
    '/douyin/user/registered/',
    '/douyin/feed/feed/',
    '/douyin/relatioin/follower/list/',
    '/douyin/%E4%B8%AD%E6%96%87/',
  ]
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      test(`${method} ${path}`, async () => {
        await readTransportFailure(await api.raw(path, { method }), [404])
      })
    }
  }

  test('POST with a JSON body that is not read', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await api.raw('/douyin/nothing/', { method: 'POST', headers, body: '{"a":' })
    await readTransportFailure(answer, [404])
  })
})

describe('a wrong method gets 404 or 405 with the envelope', () => {
  for (const { method, path } of all) {
    for (const wrong of [method === 'GET' ? 'POST' : 'GET', 'PUT', 'DELETE', 'PATCH']) {
      test(`${wrong} ${path}`, async () => {
        await readTransportFailure(await api.raw(path, { method: wrong }), [404, 405])
      })
    }
  }

  test('and does not do what the right method does', async () => {
    const username = crypto.randomUUID().slice(0, 20)
    const query = new URLSearchParams({ username, password: 'a Secret 1' })
    await api.raw(`/douyin/user/register/?${query}`)
    const answer = await api.raw(`/douyin/user/login/?${query}`, { method: 'POST' })
    expect(await answer.json()).toMatchObject({ user_id: 0, token: '' })
  })
})
