import { Database } from 'bun:sqlite'
import { afterAll, describe, expect, spyOn, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { newMedia, newUsers, publish } from '../ports/harness.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const directory = temporaryDirectory()
const path = join(directory.path, 'douyin.db')
afterAll(directory.clean)

/** Every statement that the store prepares for its parts, and then when each method is called. */
async function collect(): Promise<string[]> {
  const collected = new Set<string>()
  const prepare = Database.prototype.prepare
  const spy = spyOn(Database.prototype, 'prepare').mockImplementation(function (
    this: Database,
    sql: string,
    ...rest: unknown[]
  ) {
    collected.add(sql)
    return prepare.call(this, sql, ...(rest as []))
  } as never)
  try {
    const store = createSqliteStore(path)
    await callAll(store)
    await store.close()
  } finally {
    spy.mockRestore()
  }
  return [...collected]
}

/** The methods that make their statements when called: those of the command line and the sweep. */
async function callAll(store: Store): Promise<void> {
  for (const part of Object.values(store)) expect(part).toBeDefined()
  const [user] = await newUsers(store, 1)
  const { video } = await publish(store, user!.id, newMedia())
  for (const sort of ['id', 'name', 'works', 'likes', 'followers', 'created', 'seen'] as const) {
    for (const search of ['', 'x']) await store.users.list({ sort, limit: 9, search })
  }
  await store.videos.list({ limit: 9, state: null })
  await store.videos.list({ limit: 9, state: 'ready' })
  await store.videos.show(video.id)
  await store.sessions.sweep(0)
  await store.videos.mediaOf('x')
  await store.videos.mediaAfter(0, 9)
  await store.jobs.waiting()
  await store.jobs.recover()
  const queued = newMedia(true)
  const { width, height, duration } = queued
  const rendition = { width, height, duration }
  await publish(store, user!.id, queued)
  const job = await store.jobs.claim({
    long: false,
    delayed: false,
    maxShortSeconds: 9,
    notOf: [7],
  })
  await store.jobs.delay(job!, { reason: 'x', nextAt: 0, seconds: 1 })
  await store.jobs.retry(1)
  await store.jobs.claim()
  await store.jobs.fail(job!, 'internal')
  await store.jobs.rate('x')
  await store.jobs.setRate('x', 1)
  await store.videos.list({ limit: 9, state: 'delayed' })
  await store.videos.publish({ authorId: user!.id, title: 'x', media: queued, quota: 1e9 })
  await store.jobs.finish((await store.jobs.claim())!, { ...rendition, size: 1 })
  await store.accounts.setPassword(user!.id, 'x')
  await store.accounts.setDisabled(user!.id, true)
  await store.accounts.endSessions(user!.id)
  await store.accounts.beginRemoval(user!.id)
  await store.accounts.removals()
  await store.videos.removals()
  while (!(await store.accounts.removeSome(user!.id)).done);
}

// Statements that read a whole table or sort, and why they may.
const allowed: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /from "users" inner join "user_counts" .* order by .* limit/i,
    'users list: an operator, now and then',
  ],
  [/from \(select "high" as "friend_id"/, 'all conversations of one user: 2 ms for 10,000 of them'],
  [/^WITH RECURSIVE chain AS/, 'notices: as many links as are asked for, one after the other'],
  [/^WITH mine AS/, 'sync: all conversations of one user, and `limit` rows of `limit` of them'],
  [/from "videos" .* order by "videos"\."id" desc limit/i, 'uploads: from the newest to the limit'],
]

const statements = await collect()
const explained = new Database(path)
afterAll(() => explained.close())

/** A partial index that is read whole holds only what the query is about. */
const partial = explained
  .query<{ name: string }, []>(
    "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'",
  )
  .all()
  .map(({ name }) => name)
const walksPartial = (detail: string) =>
  partial.includes(/ INDEX (\w+)/.exec(detail)?.[1] ?? 'no index')

/** What SQLite would do: the steps of its plan that touch every row or sort in a temporary tree. */
function dear(sql: string): string[] {
  return explained
    .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => detail)
    .filter((detail) => /TEMP B-TREE/.test(detail) || /^SCAN (?!.*VIRTUAL TABLE)/.test(detail))
    .filter((detail) => !walksPartial(detail))
    .filter((detail) => !/^SCAN (CONSTANT ROW|2-ROW VALUES CLAUSE|\(subquery-\d+\))/.test(detail))
}

describe('queries', () => {
  const queries = statements.filter((sql) => /^\s*(select|insert|update|delete|with)\b/i.test(sql))

  test('there are queries to look at, of every table', () => {
    expect(queries.length).toBeGreaterThan(60)
    for (const table of ['users', 'sessions', 'videos', 'media', 'favorites', 'comments']) {
      expect(queries.some((sql) => new RegExp(`\\b${table}\\b`).test(sql))).toBe(true)
    }
  })

  // With ten rows nobody notices; with a million the event loop stands still.
  test('none reads a whole table, and none sorts what an index could hand it in order', () => {
    const found = queries
      .filter((sql) => !allowed.some(([pattern]) => pattern.test(sql)))
      .flatMap((sql) => dear(sql).map((step) => `${step} IN ${sql.replace(/\s+/g, ' ')}`))
    expect(found).toEqual([])
  })

  test('every exception is still needed', () => {
    const idle = allowed.filter(
      ([pattern]) => !queries.some((sql) => pattern.test(sql) && dear(sql).length > 0),
    )
    expect(idle.map(([, reason]) => reason)).toEqual([])
  })
})
