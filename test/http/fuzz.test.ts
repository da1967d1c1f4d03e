import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import fc from 'fast-check'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { call, register } from '../support/api.ts'
import { operationsOf } from '../support/http/document.ts'
import { type Schema, schemaErrors } from '../support/http/json-schema.ts'
import {
  type Odd,
  oddRequests,
  type Route,
  routesOf,
  send,
} from '../support/http/random-requests.ts'
import { revealing } from '../support/http/revealing.ts'
import { fromSource, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { freshClip, upload } from '../support/upload.ts'

const long = process.env.DOUYIN_TEST_LONG === '1'
const requests = long ? 20_000 : 1_500

setDefaultTimeout(long ? 600_000 : 60_000)

const data = temporaryDirectory()
let server: Spawned
let routes: Route[]
let tokens: string[]

beforeAll(async () => {
  // Nobody is told to wait, since what is behind the limits is to be seen.
  const flags = ['--login-failures', '1000', '--register-rate', '0', '--write-rate', '0']
  server = await spawnServer(fromSource, data.path, { flags })
  routes = routesOf(await operationsOf(server.url))
  const people = [await register(server), await register(server), await register(server)]
  tokens = people.map(({ token }) => token)
  // So that an id of one digit is somebody's, and lists have something in them.
  const clip = [
    ['title', 'x'],
    ['data', await freshClip()],
  ] as const
  await upload(server, clip, `?token=${tokens[0]}`)
  for (const { id } of people.slice(1)) {
    await call(server, 'POST', 'relation/action/', {
      token: tokens[0]!,
      to_user_id: id,
      action_type: 1,
    })
  }
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  data.clean()
})

const envelope: Schema = {
  type: 'object',
  required: ['status_code', 'status_msg'],
  properties: { status_code: { type: 'integer' }, status_msg: { type: 'string' } },
}

/** Everything that is wrong with the answer to an odd request. */
async function wrongWith(odd: Odd): Promise<string[]> {
  const response = await send(server.url, odd)
  const text = await response.text()
  const wrong: string[] = []
  if (response.status >= 500) wrong.push(`HTTP ${response.status}`)
  const path = new URL(response.url).pathname
  if (path === '/' && response.status === 200) return wrong
  const hidden = revealing.exec(text)?.[0] ?? (text.includes(data.path) ? data.path : null)
  if (hidden) wrong.push(`tells ${hidden}`)
  // Questions before a call, and headers alone, have no body.
  if (odd.method === 'OPTIONS' || odd.method === 'HEAD' || response.status === 304) return wrong
  const type = response.headers.get('content-type') ?? ''
  // A picture that there is, on one of the odd paths.
  if (type.startsWith('image/') && response.status === 200) return wrong
  // The parser's own, before there is a request: a path or a header beyond its bounds.
  if (text === '' && [400, 431].includes(response.status)) return wrong
  if (!type.startsWith('application/json')) wrong.push(`is ${type}`)
  const answer = parse(text)
  if (answer === undefined) return [...wrong, `no JSON: ${text.slice(0, 100)}`]
  const failed = answer.status_code !== 0
  const misfit = schemaErrors(answer, odd.route.answer ?? envelope, failed)
  // An odd path or method may be no route at all, and then has no more than the envelope.
  const astray = odd.method !== odd.route.method || !isPathOf(odd)
  if (!astray || schemaErrors(answer, envelope).length > 0) wrong.push(...misfit)
  if (failed && answer.status_msg === '') wrong.push('says nothing')
  if (!failed && response.status !== 200) wrong.push(`HTTP ${response.status} for a success`)
  return wrong
}

const isPathOf = ({ path, route }: Odd) => [route.path, route.path.slice(0, -1)].includes(path)

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const memory = () => {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'rss=', '-p', String(server.pid)])
  return Number(stdout.toString()) / 1024
}

test(`${requests} odd requests are answered as documented, tell nothing and break nothing`, async () => {
  const statuses = new Map<string, number>()
  const property = fc.asyncProperty(oddRequests(routes, tokens), async (odd) => {
    expect(await wrongWith(odd)).toEqual([])
    statuses.set(odd.route.path, (statuses.get(odd.route.path) ?? 0) + 1)
  })
  // What a server keeps it has once it was used for a while.
  const warmUp = Math.min(3_000, requests / 5)
  await fc.assert(property, { numRuns: warmUp })
  const before = memory()
  await fc.assert(property, { numRuns: requests - warmUp })
  const growth = memory() - before
  if (long)
    console.log(`memory after ${warmUp} requests ${before} MB, ${growth} MB more at the end`)
  if (long) expect(growth).toBeLessThan(50)
  // No route was left out.
  expect([...statuses.keys()].toSorted()).toEqual(routes.map(({ path }) => path).toSorted())
})

test('afterwards the server is well, has logged no error and has every count right', async () => {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  const profile = await call(server, 'GET', 'user/', { token: tokens[0]! })
  expect(profile.status_code).toBe(0)
  expect(await server.end('SIGTERM')).toBe(0)
  expect(server.output()).not.toContain('ERROR')
  expect(server.output()).not.toMatch(revealing)
  const store = createSqliteStore(join(data.path, 'douyin.db'))
  const found = [...(await store.checks.counts(false)), ...(await store.checks.references(false))]
  await store.close()
  expect(found.filter(({ rows }) => rows > 0)).toEqual([])
})
