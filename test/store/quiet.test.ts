import { expect, test } from 'bun:test'
import { copyFileSync, statSync } from 'node:fs'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { copied } from '../support/crash/log.ts'
import { withDatabasePath } from '../support/temporary-directory.ts'

const user = (name: string) => ({ name, passwordHash: 'none' })

test('a commit is copied as soon after the first time of quiet as before it', () =>
  withDatabasePath(async (path) => {
    const store = createSqliteStore(path)
    await store.users.create(user('a'))
    await copied(path)
    await store.users.create(user('b'))
    // Long before the log would be emptied, which takes 10 s of rest.
    const late = Bun.sleep(6000).then(() => 'late')
    expect(await Promise.race([copied(path).then(() => 'in time'), late])).toBe('in time')
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
    await store.close()
  }))

test('what a crash has left in the log is copied, though nobody writes', () =>
  withDatabasePath(async (path) => {
    const store = createSqliteStore(path)
    await store.users.create(user('a'))
    const crashed = `${path}.crashed`
    copyFileSync(path, crashed)
    copyFileSync(`${path}-wal`, `${crashed}-wal`)
    await store.close()
    const restarted = createSqliteStore(crashed)
    expect(await restarted.users.byName('a')).toMatchObject({ name: 'a' })
    await copied(crashed)
    await restarted.close()
  }))
