import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { migrate, migrations } from '../../src/store/sqlite/migrations/migrate.ts'
import { grams } from '../../src/store/sqlite/queries/search/grams.ts'
import type { Store } from '../../src/store/store.ts'
import { newMedia, newUser, pages } from '../ports/harness.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

setDefaultTimeout(60_000)

async function withFile(body: (path: string, directory: string) => Promise<void>): Promise<void> {
  const { path, clean } = temporaryDirectory()
  try {
    await body(join(path, 'douyin.db'), path)
  } finally {
    clean()
  }
}

const titled = async (store: Store, authorId: number, title: string) =>
  (await store.videos.publish({ authorId, title, media: newMedia(), quota: 0 })).video.id

/** All words of an index, those of the single characters too. */
function vocabulary(path: string, table: string): string[] {
  using database = new Database(path)
  database.run(`CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, ${table}, row)`)
  return database
    .query<{ term: string }, []>('SELECT term FROM temp.words')
    .all()
    .map(({ term }) => term)
    .toSorted()
}

const wordsOf = (...texts: string[]) => new Set(texts.flatMap((text) => grams(text).split(' ')))

// An index of words keeps what it was made of, and marks what is deleted instead of deleting it.
test('of whoever was removed no word is left in the search, nor in any file', () =>
  withFile(async (path, directory) => {
    const store = createSqliteStore(path)
    const gone = await newUser(store, '龘龖')
    const stays = await newUser(store, '小明')
    await titled(store, stays.id, '留下')
    const removed = await titled(store, stays.id, '靐齉 #爩麤')
    for (let at = 0; at < 300; at++) await titled(store, gone.id, `纞虋${at}`)
    // Without the beginning, which neighbours in the index may share and which is then left out.
    const marks = ['龘龖', '靐齉', '爩麤', '纞虋'].map((text) => grams(text).slice(2, 8))
    const filesWith = (mark: string) =>
      readdirSync(directory).filter((name) => readFileSync(join(directory, name)).includes(mark))
    for (const mark of marks) expect([mark, filesWith(mark)]).not.toEqual([mark, []])
    await store.videos.remove(removed)
    await store.accounts.beginRemoval(gone.id)
    while (!(await store.accounts.removeSome(gone.id)).done);
    for (const mark of marks) expect([mark, filesWith(mark)]).toEqual([mark, []])
    await store.close()
    expect(new Set(vocabulary(path, 'user_search'))).toEqual(wordsOf('小明'))
    expect(new Set(vocabulary(path, 'video_search'))).toEqual(wordsOf('留下'))
  }))

test('a text that is changed in whatever way takes its words out of the search', () =>
  withFile(async (path) => {
    const store = createSqliteStore(path)
    const { id: authorId } = await newUser(store, '小明')
    await titled(store, authorId, '留下 #标签')
    const page = { cursor: null, limit: 1 }
    // A page that holds all there is, is the last.
    expect((await store.videos.search('留下', page)).next).toBeNull()
    expect((await store.users.search('明', page)).next).toBeNull()
    await store.close()
    {
      using database = new Database(path)
      database.run("UPDATE users SET name = 'other'")
      database.run("UPDATE videos SET title = 'other'")
    }
    expect(vocabulary(path, 'user_search')).toEqual([])
    expect(vocabulary(path, 'video_search')).toEqual([])
  }))

test('names and titles from before there was a search are found after the migration', () =>
  withFile(async (path) => {
    const before = migrations.slice(0, 10)
    {
      using database = new Database(path, { create: true, strict: true })
      migrate(database, `${path}.copy`, before)
      const user = database.prepare(
        `INSERT INTO users (name, name_key, password_hash, created_at, last_seen_at, removing_at)
         VALUES (?, ?, 'x', 1, 1, ?)`,
      )
      for (let at = 1; at <= 2_500; at++) user.run(`旧人${at}`, `旧人${at}`, at === 7 ? 1 : null)
      database.run(`INSERT INTO user_counts (user_id) SELECT id FROM users`)
      database.run(
        `INSERT INTO media (source_hash, state, video, cover, size, width, height, duration, codec)
         VALUES ('x', 'ready', 'v', 'c', 1, 1, 1, 1, 'h264')`,
      )
      database.run(
        `INSERT INTO videos (author_id, media_id, title, created_at, published_at)
         VALUES (1, 1, '旧片 #旧', 1, 1)`,
      )
      database.run('INSERT INTO video_counts (video_id) VALUES (1)')
    }
    const store = createSqliteStore(path)
    const { users, videos } = store
    expect(await pages((page) => users.search('旧人', page), 500)).toHaveLength(2_499)
    expect(await pages((page) => videos.search('片', page), 5)).toHaveLength(1)
    expect(await pages((page) => videos.tagged('旧', page), 5)).toHaveLength(1)
    await store.close()
  }))

// One keyword that takes a second of everybody's time would do as well as a flood.
test('a hostile keyword among hostile titles is searched in turns, each match found once', () =>
  withFile(async (path) => {
    const store = createSqliteStore(path)
    const { id: authorId } = await newUser(store)
    const mediaId = await store.seeding.media(newMedia())
    const works = Array.from({ length: 2_000 }, (_, at) => ({
      ...{ authorId, mediaId, publishedAt: at + 1 },
      title: 'a'.repeat(200) + (at % 500 === 3 ? 'b' : ''),
    }))
    const ids = await store.seeding.videos(works)
    const found: number[] = []
    let turns = 0
    let isDone = false
    const count = () => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    for (let cursor: string | null = null; ; ) {
      const { items, next } = await store.videos.search(`${'a'.repeat(60)}b`, { cursor, limit: 2 })
      found.push(...items.map(({ video }) => video.id))
      if (next === null) break
      cursor = next
    }
    isDone = true
    expect(found).toEqual(ids.filter((_, at) => at % 500 === 3).toReversed())
    // Others had their turns, as many as it takes when every one of the search is a short one.
    expect(turns).toBeGreaterThanOrEqual(4)
    await store.close()
  }))

// `doctor --fix` beside a server called a healthy file damaged, and advised to restore the last backup.
test('an index that another process adds to is not taken for damaged', () =>
  withFile(async (path) => {
    const [server, doctor] = [createSqliteStore(path), createSqliteStore(path)]
    const { id } = await newUser(server)
    await titled(server, id, 'the first')
    expect(await doctor.checks.integrity()).toEqual([])
    await doctor.checks.search(false)
    await titled(server, id, 'the second')
    expect(await doctor.checks.integrity()).toEqual([])
    await Promise.all([server.close(), doctor.close()])
  }))
