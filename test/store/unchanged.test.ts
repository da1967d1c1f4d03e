import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { withDatabasePath } from '../support/temporary-directory.ts'

// The first commit starts a thread with 3 MB of its own for the checkpoint; a start makes none.
test('a write that finds nothing to change commits nothing that others see, one that does is seen', () =>
  withDatabasePath(async (path) => {
    const store = createSqliteStore(path)
    const { id } = await store.users.create({ name: 'a', passwordHash: 'x' })
    const reader = new Database(path)
    const version = () => reader.query('PRAGMA data_version').get()
    const before = version()
    await store.jobs.recover()
    await store.sessions.sweep(0)
    await store.relations.set(id, id, false)
    expect(version()).toEqual(before)
    await store.sessions.create(
      { tokenHash: 'h', userId: id, createdAt: 1, lastUsedAt: 1, expiresAt: 2 },
      9,
    )
    expect(version()).not.toEqual(before)
    reader.close()
    await store.close()
  }))
