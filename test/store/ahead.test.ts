import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { redoOf, redoPath, turnsPath } from '../../src/store/sqlite/catch-up.ts'
import { createSqliteStore } from '../../src/store/sqlite/create.ts'
import { migrations } from '../../src/store/sqlite/migrate.ts'
import { openDatabase } from '../../src/store/sqlite/open.ts'
import type { Redo } from '../../src/store/sqlite/redo.ts'
import type { Store } from '../../src/store/store.ts'
import { newUser, newUsers, outcome, publish } from '../ports/harness.ts'
import { storeSuite } from '../ports/store.ts'
import { groupedAhead } from '../support/grouped.ts'
import { committedIn, killed, rowsOf } from '../support/killed.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

// Whatever the suite of the port does, a process that is killed after it has lost nothing: what its
// files hold at that moment is, once somebody opens them, what a clean end leaves.
storeSuite('SQLite, ahead of its commits and killed', async () => {
  const directory = temporaryDirectory()
  const path = join(directory.path, 'douyin.db')
  const store = createSqliteStore(path, { ahead: true })
  return {
    store,
    async close() {
      const left = killed(path)
      await store.close()
      expect(rowsOf(left.path)).toEqual(rowsOf(path))
      left.clean()
      directory.clean()
    },
  }
})

let directory: { path: string; clean: () => void }
let path: string

beforeEach(() => {
  directory = temporaryDirectory()
  path = join(directory.path, 'douyin.db')
})
afterEach(() => directory.clean())

const likes = (store: Store, userIds: readonly number[], videoId: number) =>
  Promise.all(userIds.map((id) => store.favorites.set(id, videoId, true)))

describe('a store ahead of its commits', () => {
  let store: Store
  beforeEach(() => {
    store = createSqliteStore(path, { ahead: true })
  })
  afterEach(() => store.close())

  const ids = async (count: number) => (await newUsers(store, count)).map(({ id }) => id)

  test('answers before others see it, and they do soon after', async () => {
    const { id } = await newUser(store)
    expect(committedIn(path).users).toEqual([])
    expect((await store.users.byId(id))?.id).toBe(id)
    await until(() => committedIn(path).users!.length === 1)
  })

  test('another process that opens it waits for what was acknowledged', async () => {
    const { id, name } = await newUser(store)
    const script = `import { createSqliteStore } from '${import.meta.dir}/../../src/store/sqlite/create.ts'
      const store = createSqliteStore('${path}')
      console.log((await store.users.byId(${id})).name)
      await store.close()`
    const child = Bun.spawn(['bun', '-e', script], { stdout: 'pipe', stderr: 'pipe' })
    // While it starts, there is never a moment at which nothing waits to be committed.
    let ended = false
    const writing = (async () => {
      for (let at = 1; !ended; at++) await store.users.seen(id, at)
    })()
    const printed = await new Response(child.stdout).text()
    ended = true
    await writing
    expect(printed.trim()).toBe(name)
  })

  test('another process that wants to write has its turn, however busy we are', async () => {
    const { id } = await newUser(store)
    const script = `import { createSqliteStore } from '${import.meta.dir}/../../src/store/sqlite/create.ts'
      const store = createSqliteStore('${path}')
      for (let n = 0; n < 5; n++) await store.users.create({ name: 'other' + n, passwordHash: 'x' })
      await store.close()`
    const child = Bun.spawn(['bun', '-e', script], { stderr: 'pipe' })
    let ended = false
    const writing = Promise.all(
      Array.from({ length: 64 }, async () => {
        for (let at = 1; !ended; at++) await store.users.seen(id, at)
      }),
    )
    const complaints = await new Response(child.stderr).text()
    ended = true
    await writing
    expect(complaints).toBe('')
    expect((await store.users.byName('other4'))?.name).toBe('other4')
  })

  test('a write that throws after it has written takes back only itself, also what was before', async () => {
    const [author, ...fans] = await ids(9)
    const { video } = await publish(store, author!)
    await likes(store, fans.slice(0, 4), video.id)
    const large = { authorId: author!, title: '', media: { ...video, size: 9 } as never, quota: 0 }
    const media = { sourceHash: 'h', video: 'v', cover: 'c', source: null, size: 10 ** 9 }
    const rest = { width: 1, height: 1, duration: 1, codec: 'h264' }
    const ends = await Promise.all([
      outcome(store.favorites.set(fans[4]!, video.id, true)),
      outcome(store.videos.publish({ ...large, media: { ...media, ...rest }, quota: 1 })),
      outcome(store.favorites.set(fans[5]!, 999_999, true)),
      outcome(store.favorites.set(fans[5]!, video.id, true)),
    ])
    expect(ends).toEqual(['done', 'quota_exceeded', 'video_not_found', 'done'])
    expect((await store.videos.byId(video.id))?.video.favoriteCount).toBe(6)
    expect(await store.videos.mediaOf('h')).toBeNull()
    const left = killed(path)
    const found = rowsOf(left.path)
    expect([found.favorites!.length, found.media!.length]).toEqual([6, 1])
    left.clean()
  })

  test('a log that is written over again and again has what the database lacks at every moment', async () => {
    const signature = 'x'.repeat(400_000)
    for (let n = 1; n <= 160; n++) {
      await store.users.create({ name: `u${n}`, passwordHash: 'x', signature })
      if (n % 3 === 0) await Bun.sleep(12)
      if (n % 20 !== 0) continue
      const left = killed(path)
      expect(rowsOf(left.path).users).toHaveLength(n)
      left.clean()
    }
  })

  test('more than the log holds is committed instead', async () => {
    const signature = 'x'.repeat(500_000)
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        store.users.create({ name: `large-${n}`, passwordHash: 'x', signature }),
      ),
    )
    expect(committedIn(path).users).toHaveLength(40)
    await ids(1)
    const left = killed(path)
    expect(rowsOf(left.path).users).toHaveLength(41)
    left.clean()
  })

  test('the log of another database, or of a later day of this one, is left alone', async () => {
    await ids(3)
    const left = killed(path)
    const foreign = join(directory.path, 'foreign.db')
    openDatabase(foreign).close()
    copyFileSync(redoPath(left.path), redoPath(foreign))
    expect(rowsOf(foreign).users).toEqual([])
    // As if the database had been put back to a day whose records are no longer in the log.
    const database = openDatabase(left.path)
    const { number } = database.query('SELECT applied AS number FROM redo').get() as {
      number: number
    }
    rmSync(redoPath(left.path))
    const log = redoOf(database, left.path, true)
    log.append(
      number + 2,
      JSON.stringify([
        [0, 'DELETE FROM users'],
        [0, []],
      ]),
    )
    log.close()
    database.close()
    expect(rowsOf(left.path).users).toHaveLength(3)
    left.clean()
  })

  test('what a killed server left is done before the tables become other ones', async () => {
    const { id, name } = await newUser(store)
    const left = killed(path)
    const rename = 'ALTER TABLE users RENAME COLUMN signature TO motto'
    const database = openDatabase(left.path, [...migrations, rename])
    expect(database.query('SELECT id, name, motto FROM users').all()).toEqual([
      { id, name, motto: '' },
    ])
    database.close()
    left.clean()
  })

  test('a command that is open while a server dies, and another one, goes on behind what they wrote', async () => {
    const command = createSqliteStore(path)
    await newUser(command)
    await store.close()
    for (const name of ['first', 'second', 'third']) {
      const script = `import { createSqliteStore } from '${import.meta.dir}/../../src/store/sqlite/create.ts'
        const store = createSqliteStore('${path}', { ahead: true })
        console.log((await store.users.create({ name: '${name}', passwordHash: 'x' })).id)
        process.kill(process.pid, 'SIGKILL')`
      const child = Bun.spawn(['bun', '-e', script], { stdout: 'pipe', stderr: 'pipe' })
      const id = Number(await new Response(child.stdout).text())
      await child.exited
      expect((await newUser(command)).id).toBe(id + 1)
      expect((await command.users.byName(name))?.id).toBe(id)
    }
    await command.close()
  })

  test('who asks for a turn and dies holds nobody up', async () => {
    writeFileSync(turnsPath(path), '')
    await ids(5)
    await until(() => committedIn(path).users!.length === 5)
    expect(await ids(5)).toHaveLength(5)
    expect(existsSync(turnsPath(path))).toBe(false)
  })
})

describe('a group ahead of its commits', () => {
  const open = (change?: (redo: Redo) => Partial<Redo>) => {
    const opened = openDatabase(path)
    const made = groupedAhead(opened, path, change)
    const insert = made.database.prepare(
      'INSERT INTO users (name, password_hash, created_at, last_seen_at) VALUES (?, ?, 1, 1)',
    )
    const add = (name: string, hash = 'x') => made.group.commit(() => void insert.run(name, hash))
    const close = async () => {
      await made.group.close()
      made.transaction.close()
      opened.close()
    }
    return { ...made, opened, add, close }
  }
  const names = (rows: Record<string, unknown[]>) =>
    rows.users!.map((row) => (row as { name: string }).name)

  test('a log that fails is no reason to fail: the batch is committed instead', async () => {
    let broken = false
    const one = open((redo) => ({
      append(number, text) {
        if (broken) throw Object.assign(new Error('EIO'), { code: 'EIO' })
        return redo.append(number, text)
      },
    }))
    await one.add('a')
    broken = true
    await one.add('b')
    expect(names(committedIn(path))).toEqual(['a', 'b'])
    broken = false
    await one.add('c')
    expect(names(committedIn(path))).toEqual(['a', 'b'])
    const left = killed(path)
    expect(names(rowsOf(left.path))).toEqual(['a', 'b', 'c'])
    left.clean()
    await one.close()
  })

  test('a full database refuses by its name, and keeps all that it has acknowledged', async () => {
    const one = open()
    const { page_count: pages } = one.opened.query('PRAGMA page_count').get() as {
      page_count: number
    }
    one.opened.run(`PRAGMA max_page_count = ${pages + 4}`)
    let kept = 0
    let refusal = 'done'
    while (refusal === 'done' && kept < 100) {
      refusal = await outcome(one.add(`user-${kept}`, 'x'.repeat(1000)))
      if (refusal === 'done') kept++
    }
    expect(refusal).toBe('storage_full')
    expect(kept).toBeGreaterThan(2)
    const shown = one.opened.query('SELECT count(*) AS amount FROM users').get()
    expect(shown).toEqual({ amount: kept })
    const left = killed(path)
    expect(rowsOf(left.path).users).toHaveLength(kept)
    left.clean()
    one.opened.run('PRAGMA max_page_count = 100000')
    await one.add('after')
    one.transaction.settle()
    expect(committedIn(path).users).toHaveLength(kept + 1)
    await one.close()
  })

  test('a commit that fails keeps what was acknowledged, and nothing new is until one goes well', async () => {
    const one = open()
    await one.add('a')
    // Written past the recorder, so that it is in the transaction and not in the log.
    await one.group.commit(() => {
      one.opened.run('PRAGMA defer_foreign_keys = ON')
      one.opened.run('INSERT INTO follows VALUES (77, 78, 1)')
    })
    expect(() => one.transaction.settle()).toThrow('FOREIGN KEY')
    await one.add('b')
    one.transaction.settle()
    expect(names(committedIn(path))).toEqual(['a', 'b'])
    expect(committedIn(path).follows).toEqual([])
    await one.close()
  })
})

test('a store that was closed leaves the log of SQLite empty, also after a checkpoint', async () => {
  const store = createSqliteStore(path)
  const { id } = await newUser(store)
  // Enough pages for the checkpoint's own connection to have been opened.
  const signature = 'x'.repeat(40_000_000)
  await store.users.create({ name: 'large', passwordHash: 'x', signature })
  await store.users.seen(id, Date.now() + 5)
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
  await store.close()
  expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
})

test("SQLite's log starts anew again and again, however long one writes without a pause", async () => {
  const store = createSqliteStore(path, { ahead: true })
  const signature = 'x'.repeat(1_000_000)
  let largest = 0
  for (let n = 0; n < 300; n++) {
    await store.users.create({ name: `u${n}`, passwordHash: 'x', signature })
    largest = Math.max(largest, statSync(`${path}-wal`).size)
  }
  await store.close()
  expect(statSync(path).size).toBeGreaterThan(300_000_000)
  expect(largest).toBeLessThan(200_000_000)
})
