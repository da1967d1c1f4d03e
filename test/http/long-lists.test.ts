import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { loadConfig } from '../../src/config.ts'
import { createLimits } from '../../src/http/endpoint/limits.ts'
import { openingsOf } from '../../src/http/response/envelope.ts'
import { jsonBytes } from '../../src/http/response/json-bytes.ts'
import { unflaggedList } from '../../src/http/response/list-response.ts'
import { respondWithList } from '../../src/http/response/paging.ts'
import { createLog } from '../../src/http/server/log.ts'
import type { PageRequest } from '../../src/store/page.ts'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'
import { until } from '../support/until.ts'

const followers = 5_000
const route = '/douyin/relation/follower/list/'

describe('a list of thousands', () => {
  let server: TestServer
  let star: { id: number; token: string }
  let path: string

  beforeAll(async () => {
    server = await bootServer({ log: 'off' })
    star = (await storedUsers(server, 1, 'star'))[0]!
    const { seeding } = server.ctx.store
    const row = { passwordHash: 'none', signature: 'somebody', createdAt: 1, lastSeenAt: 1 }
    const ids = await seeding.users(
      Array.from({ length: followers }, (_, at) => ({ ...row, name: `fan-${at}` })),
    )
    const at = Date.now()
    await seeding.follows(ids.map((userId) => ({ userId, toUserId: star.id, createdAt: at })))
    path = `${server.url}/douyin/relation/follower/list/?user_id=${star.id}`
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('is whole, each entry once', async () => {
    const answer = (await (await fetch(path)).json()) as { user_list: { id: number }[] }
    expect(answer.user_list.length).toBe(followers)
    expect(new Set(answer.user_list.map(({ id }) => id)).size).toBe(followers)
  })

  // One chunk after the other by promises alone: the phone gets its turn when the lists are done.
  test('leaves a phone its turns, while ten clients ask for it', async () => {
    const clients = Array.from({ length: 10 }, async () => {
      const response = await fetch(path)
      return (await response.text()).length
    })
    let isDone = false
    const lists = Promise.all(clients).finally(() => {
      isDone = true
    })
    let feeds = 0
    while (!isDone) {
      expect((await call(server, 'GET', 'feed/')).status_code).toBe(0)
      feeds++
    }
    for (const length of await lists) expect(length).toBeGreaterThan(followers * 100)
    // Ten lists are 1,000 slices: a phone that waits for some of them each time is served often.
    expect(feeds).toBeGreaterThan(100)
  })

  // Four of one network at once: whoever has gone, or doesn't read, must not keep its place.
  test('keeps no place for clients that are gone', async () => {
    const { hostname, port } = new URL(server.url)
    const sockets = Array.from({ length: 40 }, () => {
      const socket = connect(Number(port), hostname)
      socket.pause()
      socket.write(`GET ${path.slice(server.url.length)} HTTP/1.1\r\nHost: here\r\n\r\n`)
      return socket
    })
    await until(() => server.ctx.metrics.routes.get(route)!.statuses.get(200)! >= 4)
    for (const socket of sockets) socket.destroy()
    expect((await (await fetch(path)).json()).user_list.length).toBe(followers)
  })

  test('of too many at once from one network the last are told when to come again', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await fetch(path)
        return {
          status: response.status,
          retry: response.headers.get('retry-after'),
          text: await response.json(),
        }
      }),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(68)
    for (const { retry, text } of refused) {
      expect(retry).toBe('1')
      expect(text).toMatchObject({ status_code: 9429, user_list: [] })
    }
  })
})

describe('a list without end', () => {
  const openings = openingsOf('items', '[')
  const limits = createLimits(loadConfig({}))
  const log = createLog('off', () => {})
  let made = 0
  const show = async (items: readonly number[]) =>
    unflaggedList(items.map((n) => jsonBytes({ n, text: 'x'.repeat(500) })))

  test('is made no further for a client that does not read, nor for one that is gone', async () => {
    const fetchPage = async ({ limit }: PageRequest) => {
      made++
      return { items: Array.from({ length: limit }, () => made), next: '1' }
    }
    const listening = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: async (request) => {
        const call = { language: 'en', request, server: null, limits, log, params: {} } as const
        return respondWithList(call, openings, fetchPage, show)
      },
    })
    try {
      const socket = connect(listening.port as number, '127.0.0.1')
      socket.pause()
      socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
      await until(() => made > 5)
      let before = 0
      // The system's own buffers are full at some point.
      await until(async () => {
        before = made
        await Bun.sleep(100)
        return made === before
      })
      expect(before * 25_000).toBeLessThan(64 << 20)
      const gone = new Promise((resolve) => socket.once('close', resolve))
      socket.destroy()
      await gone
      await Bun.sleep(50)
      expect(made - before).toBeLessThan(3)
    } finally {
      await listening.stop(true)
    }
  })
})
