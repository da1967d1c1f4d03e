import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { newUsers } from '../ports/harness.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let path: string
let clean: () => void
let store: Store
let me: number
let fans: number[]

/** Somebody with more notices than are read in one turn, and a way to lose one of them. */
beforeEach(async () => {
  const directory = temporaryDirectory()
  path = join(directory.path, 'douyin.db')
  clean = directory.clean
  store = createSqliteStore(path)
  const people = (await newUsers(store, 1_205)).map((user) => user.id)
  me = people[0]!
  fans = people.slice(1)
  await Promise.all(fans.map((fan) => store.relations.set(fan, me, true)))
})
afterEach(async () => {
  await store.close()
  clean()
})

/** Takes the follow of a fan away, and loses what is told of it. */
function lose(fan: number): void {
  const other = new Database(path)
  other.run('PRAGMA busy_timeout = 5000')
  other.run('DELETE FROM notices WHERE kind = 3 AND actor_id = ?', [fan])
  other.close()
}

const whoFollowed = async (limit = 2_000) =>
  (await store.notices.list(me, { cursor: null, limit })).items.map(({ user }) => user.id)

// A list that never answers keeps a core busy until the server is stopped.
for (const at of [0, 3, 1_100]) {
  test(`a file that has lost the notice after ${at} others is read until there, and mended`, async () => {
    const newestFirst = fans.toReversed()
    lose(newestFirst[at]!)
    expect(await whoFollowed()).toEqual(newestFirst.slice(0, at))
    const late = (await newUsers(store, 1))[0]!.id
    await store.relations.set(late, me, true)
    expect(await whoFollowed()).toEqual([late, ...newestFirst.slice(0, at)])
    await store.checks.counts(true)
    expect(await store.checks.counts(false)).toEqual([])
    expect(await whoFollowed()).toEqual([late, ...newestFirst.toSpliced(at, 1)])
  })
}
