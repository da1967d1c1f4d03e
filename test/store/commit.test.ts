import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { join } from 'node:path'
import type { GroupCommit } from '../../src/store/sqlite/commit.ts'
import { createSqliteStore } from '../../src/store/sqlite/create.ts'
import { openDatabase } from '../../src/store/sqlite/open.ts'
import { outcome } from '../ports/harness.ts'
import { grouped } from '../support/grouped.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let path: string
let database: Database
let recorded: Database
let group: GroupCommit
/** Another process, as far as SQLite is concerned. */
let other: Database
let clean: () => void

beforeEach(() => {
  const directory = temporaryDirectory()
  path = join(directory.path, 'douyin.db')
  database = openDatabase(path)
  database.run('PRAGMA busy_timeout = 0')
  database.run('CREATE TABLE parents (id INTEGER PRIMARY KEY)')
  database.run('CREATE TABLE rows (n INTEGER, parent INTEGER REFERENCES parents (id))')
  ;({ group, database: recorded } = grouped(database, path))
  other = new Database(path)
  clean = directory.clean
})

afterEach(async () => {
  if (other.inTransaction) other.run('ROLLBACK')
  await group.close()
  database.close()
  other.close()
  clean()
})

const add = (n: number, parent: number | null = null) =>
  recorded.prepare('INSERT INTO rows VALUES (?, ?)').run(n, parent)
const rowsOn = (connection: Database) =>
  connection
    .query<{ n: number }, []>('SELECT n FROM rows ORDER BY n')
    .all()
    .map((row) => row.n)

/** A write that lets its whole batch fail at COMMIT. */
const poison = () => {
  database.run('PRAGMA defer_foreign_keys = ON')
  add(-1, 12345)
}

describe('group commit', () => {
  test('a write that throws takes back all of itself and nothing of its neighbours', async () => {
    const broken = () => {
      add(20)
      add(21)
      throw new Error('no')
    }
    const ends = await Promise.allSettled([
      group.commit(() => add(1)),
      group.commit(broken),
      group.commit(() => add(2)),
      group.commit(() => database.run('INSERT INTO nowhere VALUES (1)')),
      group.commit(() => add(3)),
    ])
    expect(ends.map((end) => end.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(rowsOn(other)).toEqual([1, 2, 3])
  })

  test('a promise resolves with its own result, once others can see the row', async () => {
    const during: number[] = []
    const results = await Promise.all(
      [1, 2, 3].map((n) =>
        group
          .commit(() => {
            add(n)
            during.push(rowsOn(other).length)
            return `result ${n}`
          })
          .then((result) => `${result}, seen ${rowsOn(other)}`),
      ),
    )
    // Not before the commit, or an answer might promise what a crash takes back.
    expect(during).toEqual([0, 0, 0])
    expect(results).toEqual([1, 2, 3].map((n) => `result ${n}, seen 1,2,3`))
  })

  test('writes of one turn share a commit; many are cut so that readers get their turn', async () => {
    await group.close()
    const statements: string[] = []
    const counting = new Proxy(database, {
      get(target, name) {
        if (name !== 'prepare') return Reflect.get(target, name, target)
        return (sql: string) => {
          const statement = target.prepare(sql)
          const run = () => {
            statements.push(sql)
            return statement.run()
          }
          return { run }
        }
      },
    })
    ;({ group, database: recorded } = grouped(counting, path))
    const commits = () => statements.filter((sql) => sql === 'COMMIT').length
    await Promise.all(Array.from({ length: 100 }, (_, n) => group.commit(() => add(n))))
    expect(commits()).toBe(1)
    let turns = 0
    const reader = setInterval(() => turns++, 0)
    await Promise.all(Array.from({ length: 5000 }, (_, n) => group.commit(() => add(n))))
    clearInterval(reader)
    expect(commits()).toBeGreaterThan(10)
    expect(turns).toBeGreaterThan(2)
    expect(rowsOn(other)).toHaveLength(5100)
  })

  test('a lock held by another process is waited for while everything else goes on', async () => {
    other.run('BEGIN IMMEDIATE')
    let done = false
    const write = group.commit(() => add(1)).then(() => (done = true))
    let late: Promise<unknown> | undefined
    // In a stopped event loop no timer would run, and the lock never be given back.
    for (let turn = 0; turn < 5; turn++) {
      await Bun.sleep(2)
      expect(done).toBe(false)
      late ??= group.commit(() => add(2))
    }
    other.run('COMMIT')
    await Promise.all([write, late])
    expect(rowsOn(other)).toEqual([1, 2])
  })

  // The five seconds that SQLite itself would wait for are more than this test is given.
  test('a store waits that way, its readers unharmed', async () => {
    const store = createSqliteStore(path)
    const { id } = await store.users.create({ name: 'ann', passwordHash: 'x' })
    other.run('BEGIN IMMEDIATE')
    const write = store.users.seen(id, Date.now() + 1000)
    for (let turn = 0; turn < 5; turn++) {
      await Bun.sleep(2)
      expect((await store.users.byId(id))?.name).toBe('ann')
    }
    other.run('COMMIT')
    await write
    await store.close()
  }, 4_000)

  test('a lock that is never given back ends in `busy`, and the next write has its own chance', async () => {
    other.run('BEGIN IMMEDIATE')
    let waited = 0
    const timer = spyOn(globalThis, 'setTimeout').mockImplementation(((
      run: () => void,
      ms: number,
    ) => {
      waited += ms
      return setImmediate(run)
    }) as never)
    const ends = await Promise.all([
      outcome(group.commit(() => add(1))),
      outcome(group.commit(() => add(2))),
    ])
    timer.mockRestore()
    expect(ends).toEqual(['busy', 'busy'])
    expect(waited).toBeGreaterThan(3000)
    other.run('COMMIT')
    await group.commit(() => add(3))
    expect(rowsOn(other)).toEqual([3])
  })

  test('a commit that fails takes back and rejects every write of its batch, and none after', async () => {
    const ends = await Promise.allSettled([
      group.commit(() => add(1)),
      group.commit(poison),
      group.commit(() => add(2)),
    ])
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(rowsOn(other)).toEqual([])
    await group.commit(() => add(3))
    expect(rowsOn(other)).toEqual([3])
  })

  test('a full disk is `storage_full` for who needs the space, and reading goes on', async () => {
    await group.commit(() => add(1))
    const { page_count: pages } = database.query('PRAGMA page_count').get() as {
      page_count: number
    }
    database.run(`PRAGMA max_page_count = ${pages + 2}`)
    const large = group.commit(() =>
      database.run(
        `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 50000)
         INSERT INTO rows SELECT n, NULL FROM n`,
      ),
    )
    expect(await outcome(large)).toBe('storage_full')
    expect(rowsOn(database)).toEqual([1])
    database.run('PRAGMA max_page_count = 100000')
    await group.commit(() => add(2))
    expect(rowsOn(other)).toEqual([1, 2])
  })

  test('close waits for what is under way, refuses what comes later, and may be called twice', async () => {
    other.run('BEGIN IMMEDIATE')
    const writes = [group.commit(() => add(1)), group.commit(() => add(2))]
    await Bun.sleep(2)
    const closing = [group.close(), group.close()]
    expect(await outcome(group.commit(() => add(3)))).toBe('unavailable')
    other.run('COMMIT')
    await Promise.all([...writes, ...closing])
    expect(rowsOn(other)).toEqual([1, 2])
  })
})
