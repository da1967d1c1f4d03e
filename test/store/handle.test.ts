import type { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { createGroupCommit, written } from '../../src/store/sqlite/commit/group-commit.ts'
import { createHandle, type Handle } from '../../src/store/sqlite/engine/handle.ts'
import { openDatabase } from '../../src/store/sqlite/engine/open.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let database: Database
let db: Handle
let clean: () => void

beforeEach(() => {
  const directory = temporaryDirectory()
  database = openDatabase(join(directory.path, 'douyin.db'))
  database.run('CREATE TABLE rows (n INTEGER)')
  db = createHandle(database)
  clean = directory.clean
})
afterEach(() => {
  database.close()
  clean()
})

const rows = () => database.query('SELECT n FROM rows').values().flat()

describe('a handle', () => {
  // What looks like a read and writes would be acknowledged without a commit, and lost.
  test.each([
    'INSERT INTO rows VALUES (1)',
    'WITH one AS (SELECT 1 AS n) INSERT INTO rows SELECT n FROM one RETURNING n',
    'DELETE FROM rows RETURNING n',
    'PRAGMA user_version = 99',
  ])('does not bind to reading what writes: %s', (sql) => {
    expect(() => db.read(sql)).toThrow('would write')
  })

  test('does not bind to writing what only reads', () => {
    expect(() => db.write('SELECT 1')).toThrow('only reads')
  })

  test('runs no write outside of a commit, in SQL or by drizzle', async () => {
    const statement = db.write('INSERT INTO rows VALUES (1) RETURNING n')
    for (const run of [statement.run, statement.get, statement.all]) {
      expect(run).toThrow('outside of a commit')
    }
    expect(rows()).toEqual([])
    const group = createGroupCommit(database, db, { before() {}, finish() {}, committed() {} })
    await group.commit(() => written(statement.run()))
    await group.close()
    expect(rows()).toEqual([1])
  })
})
