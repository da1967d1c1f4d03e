import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { join } from 'node:path'
import { createGroupCommit, type GroupCommit } from '../src/store/sqlite/commit.ts'
import { createSqliteStore } from '../src/store/sqlite/create.ts'
import { createEngine } from '../src/store/sqlite/engine.ts'
import { createFavorites } from '../src/store/sqlite/favorites.ts'
import { openDatabase } from '../src/store/sqlite/open.ts'
import { createUsers } from '../src/store/sqlite/users.ts'
import { createVideos } from '../src/store/sqlite/videos.ts'
import { temporaryDirectory } from './helpers.ts'
import { newMedia, outcome } from './ports/harness.ts'

let path: string
let database: Database
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
  group = createGroupCommit(database)
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
  database.run('INSERT INTO rows VALUES (?, ?)', [n, parent])
const rowsOn = (connection: Database) =>
  connection
    .query<{ n: number }, []>('SELECT n FROM rows ORDER BY n')
    .all()
    .map((row) => row.n)

/** When what is asked once in a turn of the event loop is asked anew. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

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
    group = createGroupCommit(counting)
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

describe('records', () => {
  test('after a commit that failed they are what the database says', async () => {
    const engine = createEngine(database, group.commit)
    const users = createUsers(engine)
    const videos = createVideos(engine)
    const favorites = createFavorites(engine)
    const { id } = await users.create({ name: 'ann', passwordHash: 'x' })
    const work = { authorId: id, title: '', media: newMedia(), quota: 0 }
    const { video } = await videos.publish(work)
    const before = [await users.byId(id), await videos.byId(video.id)]
    const ends = await Promise.allSettled([
      favorites.set(id, video.id, true),
      videos.publish({ ...work, media: newMedia() }),
      group.commit(poison),
      users.byId(id),
    ])
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
    expect([await users.byId(id), await videos.byId(video.id)]).toEqual(before)
    await favorites.set(id, video.id, true)
    expect(await users.byId(id)).toMatchObject({ favoriteCount: 1, workCount: 1 })
  })

  // Whatever an engine keeps in memory, the command line works on the same file beside it.
  test('what another process wrote is seen in the next turn, wherever it shows', async () => {
    const [ours, theirs] = [createSqliteStore(path), createSqliteStore(path)]
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (name) => (await ours.users.create({ name, passwordHash: 'x' })).id),
    )
    const work = { authorId: a!, title: '', quota: 0 }
    const [one, two] = [
      await ours.videos.publish({ ...work, media: newMedia() }),
      await ours.videos.publish({ ...work, media: newMedia() }),
    ]
    const session = { tokenHash: 't', userId: a!, createdAt: 1, lastUsedAt: 1, expiresAt: 9 }
    await ours.sessions.create(session, 9)
    const page = { cursor: null, limit: 9 }
    const look = async () => ({
      user: await ours.users.byId(a!),
      clip: await ours.videos.byId(one!.video.id),
      feed: (await ours.videos.feed(Number.MAX_SAFE_INTEGER, 9)).map(({ video }) => video.id),
      works: (await ours.videos.byAuthor(a!, false, page)).items.map(({ video }) => video.id),
      likes: (await ours.favorites.ofUser(b!, page)).items.map(({ video }) => video.id),
      liked: (await ours.favorites.among(b!, [one!.video.id])).has(one!.video.id),
      followers: (await ours.relations.followers(a!, page)).items.map(({ id }) => id),
      following: (await ours.relations.following(b!, page)).items.map(({ id }) => id),
      followed: (await ours.relations.among(b!, [a!])).has(a!),
      friends: (await ours.relations.friends(a!, false, page)).items.map((one) => one.latest),
      comments: (await ours.comments.ofVideo(one!.video.id, page)).items.map(({ id }) => id),
      session: await ours.sessions.find('t'),
      unread: await ours.messages.unread(a!),
      partners: await ours.messages.partners(a!, 9),
      media: await ours.videos.mediaOf(two!.video.video),
    })
    const before = await look()
    expect(await look()).toEqual(before)
    await theirs.relations.set(b!, a!, true)
    await theirs.favorites.set(b!, one!.video.id, true)
    const comment = { userId: b!, videoId: one!.video.id, content: 'x' }
    const { id: commentId } = await theirs.comments.create(comment)
    await theirs.sessions.touch('t', 5, 50)
    await theirs.messages.send({ fromUserId: b!, toUserId: a!, content: 'x', clientId: null })
    await theirs.videos.remove(two!.video.id)
    const three = await theirs.videos.publish({ ...work, media: newMedia() })
    await nextTurn()
    const shown = [three.video.id, one!.video.id]
    expect(await look()).toMatchObject({
      user: { followerCount: 1, totalFavorited: 1, workCount: 2 },
      clip: { video: { favoriteCount: 1, commentCount: 1 }, author: { followerCount: 1 } },
      feed: shown,
      works: shown,
      likes: [one!.video.id],
      liked: true,
      followers: [b!],
      following: [a!],
      followed: true,
      friends: [{ content: 'x' }],
      comments: [commentId],
      session: { expiresAt: 50 },
      unread: new Map([[b!, 1]]),
      partners: [{ user: { id: b! } }],
    })
    await ours.close()
    await theirs.close()
  })

  test('two processes that publish at once see each work once, in one order', async () => {
    const stores = [createSqliteStore(path), createSqliteStore(path)]
    const { id } = await stores[0]!.users.create({ name: 'ann', passwordHash: 'x' })
    const feed = async (at: number) =>
      (await stores[at]!.videos.feed(Number.MAX_SAFE_INTEGER, 999)).map(({ video }) => video.id)
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 6 }, async (_, at) => {
          const work = { authorId: id, title: '', quota: 0, media: newMedia() }
          const { video } = await stores[at % 2]!.videos.publish(work)
          expect(await feed(at % 2)).toContain(video.id)
        }),
      )
    }
    await nextTurn()
    const everything = Array.from({ length: 60 }, (_, at) => 60 - at)
    expect(await feed(0)).toEqual(everything)
    expect(await feed(1)).toEqual(everything)
    for (const store of stores) await store.close()
  })

  test('two processes that write the same rows at once lose nothing', async () => {
    const stores = [createSqliteStore(path), createSqliteStore(path)]
    const people = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        stores[at % 2]!.users.create({ name: `u${at}`, passwordHash: 'x' }),
      ),
    )
    const [star, ...fans] = people
    await Promise.all(fans.map((fan, at) => stores[at % 2]!.relations.set(fan.id, star!.id, true)))
    await nextTurn()
    for (const store of stores) {
      expect((await store.users.byId(star!.id))?.followerCount).toBe(29)
      await store.close()
    }
  })
})
