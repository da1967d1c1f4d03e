import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { join } from 'node:path'
import type { Change } from '../../src/store/cache/change.ts'
import {
  createGroupCommit,
  type GroupCommit,
  type Steps,
  written,
} from '../../src/store/sqlite/commit/group-commit.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { createHandle, type Handle } from '../../src/store/sqlite/engine/handle.ts'
import { openDatabase } from '../../src/store/sqlite/engine/open.ts'
import { outcome } from '../ports/harness.ts'
import { run } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let path: string
let database: Database
let db: Handle
let group: GroupCommit
/** Another process, as far as SQLite is concerned. */
let other: Database
let clean: () => void
/** What was told of each transaction, in order. */
let told: { changes: readonly Change[]; writes: number }[]

const steps: Steps = {
  before() {},
  finish() {},
  committed: (changes, writes) => void told.push({ changes, writes }),
}

beforeEach(() => {
  const directory = temporaryDirectory()
  path = join(directory.path, 'douyin.db')
  database = openDatabase(path)
  database.run('PRAGMA busy_timeout = 0')
  database.run('CREATE TABLE parents (id INTEGER PRIMARY KEY)')
  database.run(
    'CREATE TABLE rows (n INTEGER CHECK (n < 1000000), parent INTEGER REFERENCES parents)',
  )
  db = createHandle(database)
  told = []
  group = createGroupCommit(database, db, steps)
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

const change = (id: number): Change => ({ type: 'video', id })

const insert = (n: number, parent: number | null = null) =>
  db.write<[number, number | null]>('INSERT INTO rows VALUES (?, ?)').run(n, parent)

const add = (n: number) => () => {
  insert(n)
  return written(`result ${n}`, change(n))
}

const rowsOn = (connection: Database) =>
  connection
    .query<{ n: number }, []>('SELECT n FROM rows ORDER BY n')
    .all()
    .map((row) => row.n)

/** A write that lets its whole transaction fail at COMMIT. */
const poison = () => {
  database.run('PRAGMA defer_foreign_keys = ON')
  insert(-1, 12345)
  return written('poison', change(-1))
}

const statuses = async (writes: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(writes)).map((end) => end.status === 'fulfilled')

describe('group commit', () => {
  test('a write that refuses before it changes anything leaves its neighbours alone', async () => {
    const refuse = () => {
      throw new Error('no')
    }
    const ends = [group.commit(add(1)), group.commit(refuse), group.commit(add(2))]
    expect(await statuses(ends)).toEqual([true, false, true])
    expect(rowsOn(other)).toEqual([1, 2])
    expect(told).toEqual([{ changes: [change(1), change(2)], writes: 3 }])
  })

  /** How many turns of the event loop had each brought a write. */
  let turns = 0
  const inTurns = async (count: number) => {
    const writes: Promise<unknown>[] = []
    for (let n = 1; n <= count; n++) {
      turns = n
      writes.push(group.commit(add(n)))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(writes)
  }

  test('writes of a few turns share a transaction, which doesn’t wait for ever more', async () => {
    await inTurns(4)
    expect(told.map(({ writes }) => writes)).toEqual([4])
    told = []
    await inTurns(50)
    expect(told.length).toBeGreaterThan(5)
  })

  test('one that is to be alone waits for nobody who would not join it', async () => {
    const alone = group.commitAlone(() => written(turns))
    await inTurns(4)
    expect(await alone).toBe(1)
    expect(told.map(({ writes }) => writes)).toEqual([1, 4])
  })

  test('a write that throws after it has changed something takes back itself alone', async () => {
    let runs = 0
    const broken = () => {
      runs++
      insert(20)
      throw new Error('no')
    }
    const ends = [
      group.commit(add(1)),
      group.commit(broken),
      group.commit(add(2)),
      group.commit(() => written(insert(9_000_000).changes)),
      group.commit(add(3)),
    ]
    expect(await statuses(ends)).toEqual([true, false, true, false, true])
    expect(rowsOn(other)).toEqual([1, 2, 3])
    // Run again alone, and heard of once, after the commit that counts.
    expect(runs).toBe(2)
    expect(told.flatMap(({ changes }) => changes)).toEqual([1, 2, 3].map(change))
  })

  test('a write alone that throws leaves nothing, and those around it are untouched', async () => {
    const broken = () => {
      insert(20)
      throw new Error('no')
    }
    const ends = [
      group.commit(add(1)),
      group.commitAlone(broken),
      group.commitAlone(add(2)),
      group.commit(add(3)),
      group.commit(add(4)),
    ]
    expect(await statuses(ends)).toEqual([true, false, true, true, true])
    expect(rowsOn(other)).toEqual([1, 2, 3, 4])
    expect(told.map(({ writes }) => writes)).toEqual([1, 1, 2])
  })

  test('a promise resolves with its own result, once others can see the row', async () => {
    const during: number[] = []
    const results = await Promise.all(
      [1, 2, 3].map((n) =>
        group
          .commit(() => {
            during.push(rowsOn(other).length)
            return add(n)()
          })
          .then((result) => `${result}, seen ${rowsOn(other)}`),
      ),
    )
    // Not before the commit, or a response might promise what a crash takes back.
    expect(during).toEqual([0, 0, 0])
    expect(results).toEqual([1, 2, 3].map((n) => `result ${n}, seen 1,2,3`))
  })

  test('what was changed is told after COMMIT and before anyone is answered', async () => {
    const order: string[] = []
    await group.close()
    group = createGroupCommit(database, db, {
      ...steps,
      finish: (changes) => void order.push(`finish ${changes.length}, seen ${rowsOn(other)}`),
      committed: (changes) => void order.push(`told ${changes.length}, seen ${rowsOn(other)}`),
    })
    await Promise.all(
      [1, 2].map((n) => group.commit(add(n)).then((result) => order.push(`answered ${result}`))),
    )
    expect(order).toEqual([
      'finish 2, seen ',
      'told 2, seen 1,2',
      'answered result 1',
      'answered result 2',
    ])
  })

  // In a process of its own, since what an observer throws reaches the process.
  test('an observer that throws leaves nobody without a response, and the next write goes on', async () => {
    const script = `import { createSqliteStore } from '${import.meta.dir}/../../src/store/sqlite/engine/create.ts'
      let errors = 0
      process.on('uncaughtException', () => errors++)
      const store = createSqliteStore('${join(path, '../observed.db')}')
      store.observe(() => { throw new Error('an observer') })
      const add = (name) => store.users.create({ name, passwordHash: 'x' })
      await Promise.all([add('a'), add('b')])
      await add('c')
      await store.close()
      console.log(errors)`
    const { stdout, code } = await run(['bun', '-e', script])
    expect({ errors: Number(stdout), code }).toEqual({ errors: 2, code: 0 })
  })

  test('writes of one turn share a commit; many are cut so that readers get their turn', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, n) => group.commit(add(n))))
    expect(told.map(({ writes }) => writes)).toEqual([100])
    let turns = 0
    const reader = setInterval(() => turns++, 0)
    await Promise.all(Array.from({ length: 5000 }, (_, n) => group.commit(add(n))))
    clearInterval(reader)
    expect(Math.max(...told.map(({ writes }) => writes))).toBeLessThanOrEqual(128)
    expect(turns).toBeGreaterThan(2)
    expect(rowsOn(other)).toHaveLength(5100)
  })

  test('a lock held by another process is waited for while everything else goes on', async () => {
    other.run('BEGIN IMMEDIATE')
    let isDone = false
    const write = group.commit(add(1)).then(() => (isDone = true))
    let late: Promise<unknown> | undefined
    // In a stopped event loop no timer would run, and the lock never be given back.
    for (let turn = 0; turn < 5; turn++) {
      await Bun.sleep(2)
      expect(isDone).toBe(false)
      late ??= group.commit(add(2))
    }
    other.run('COMMIT')
    await Promise.all([write, late])
    expect(rowsOn(other)).toEqual([1, 2])
  })

  test('a lock that was let go is taken at once by whoever hears of it', async () => {
    other.run('BEGIN IMMEDIATE')
    const timer = spyOn(globalThis, 'setTimeout').mockReturnValue(0 as never)
    const write = group.commit(add(1))
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    other.run('COMMIT')
    expect(timer).toHaveBeenCalledTimes(1)
    group.retry()
    expect(await write).toBe('result 1')
    // Nobody waits, so nothing is tried.
    group.retry()
    timer.mockRestore()
    expect(rowsOn(other)).toEqual([1])
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
    const ends = await Promise.all([outcome(group.commit(add(1))), outcome(group.commit(add(2)))])
    timer.mockRestore()
    expect(ends).toEqual(['busy', 'busy'])
    // A database of gigabytes is written anew under the lock when a user was removed.
    expect(waited).toBeGreaterThan(25_000)
    other.run('COMMIT')
    await group.commit(add(3))
    expect(rowsOn(other)).toEqual([3])
  })

  test('a write that comes when others have waited long has as long as they had', async () => {
    other.run('BEGIN IMMEDIATE')
    let waited = 0
    let late: Promise<string> | undefined
    const timer = spyOn(globalThis, 'setTimeout').mockImplementation(((
      run: () => void,
      ms: number,
    ) => {
      waited += ms
      if (waited > 25_000) late ??= outcome(group.commit(add(2)))
      return setImmediate(run)
    }) as never)
    expect(await outcome(group.commit(add(1)))).toBe('busy')
    other.run('COMMIT')
    expect(await late).toBe('done')
    timer.mockRestore()
    expect(rowsOn(other)).toEqual([2])
  })

  // Whoever holds the lock for long would fill the memory with what waits for it.
  test('only so many wait for a lock; without one, any number does', async () => {
    const all = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, n) => outcome(group.commit(add(n)))))
    expect(new Set(await all(12_000))).toEqual(new Set(['done']))
    other.run('BEGIN IMMEDIATE')
    const first = outcome(group.commit(add(0)))
    // Until it was tried in vain once.
    await Bun.sleep(20)
    const asked = all(12_000)
    await Bun.sleep(20)
    other.run('COMMIT')
    const ends = await asked
    expect(await first).toBe('done')
    const refused = ends.indexOf('busy')
    expect(refused).toBeGreaterThan(9_000)
    expect(new Set(ends.slice(0, refused))).toEqual(new Set(['done']))
    expect(new Set(ends.slice(refused))).toEqual(new Set(['busy']))
    expect(await outcome(group.commit(add(1)))).toBe('done')
  })

  test('a commit that fails rejects every write of its transaction, and nobody hears of them', async () => {
    expect(
      await statuses([group.commit(add(1)), group.commit(poison), group.commit(add(2))]),
    ).toEqual([false, false, false])
    expect(rowsOn(other)).toEqual([])
    expect(told).toEqual([])
    await group.commit(add(3))
    expect(rowsOn(other)).toEqual([3])
  })

  test('a full disk is `storage_full` for who needs the space, and reading goes on', async () => {
    await group.commit(add(1))
    const { page_count: pages } = database.query('PRAGMA page_count').get() as {
      page_count: number
    }
    database.run(`PRAGMA max_page_count = ${pages + 2}`)
    const large = db.write(
      `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 50000)
       INSERT INTO rows SELECT n, NULL FROM n`,
    )
    expect(await outcome(group.commit(() => written(large.run().changes)))).toBe('storage_full')
    expect(rowsOn(database)).toEqual([1])
    database.run('PRAGMA max_page_count = 100000')
    await group.commit(add(2))
    expect(rowsOn(other)).toEqual([1, 2])
  })

  test('close waits for what is under way, refuses what comes later, and may be called twice', async () => {
    other.run('BEGIN IMMEDIATE')
    const writes = [group.commit(add(1)), group.commitAlone(add(2))]
    await Bun.sleep(2)
    const closing = [group.close(), group.close()]
    expect(await outcome(group.commit(add(3)))).toBe('unavailable')
    other.run('COMMIT')
    await Promise.all([...writes, ...closing])
    expect(rowsOn(other)).toEqual([1, 2])
  })
})
