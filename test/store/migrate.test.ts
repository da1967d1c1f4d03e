import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { openDatabase } from '../../src/store/sqlite/engine/open.ts'
import { migrate, migrations } from '../../src/store/sqlite/migrations/migrate.ts'
import { unreadOf } from '../ports/harness.ts'
import { withDatabasePath } from '../support/temporary-directory.ts'

const first = 'CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE b (a REFERENCES a);'
const second = 'ALTER TABLE a ADD COLUMN m INTEGER'
const third = 'ALTER TABLE a ADD COLUMN o INTEGER'

/** A database of the first format with a row in it. */
function populated(path: string): Database {
  const database = new Database(path)
  database.run('PRAGMA foreign_keys = ON')
  migrate(database, `${path}.copy`, [first])
  database.run('INSERT INTO a VALUES (1, 11)')
  database.run('INSERT INTO b VALUES (1)')
  return database
}

const versionOf = (database: Database) =>
  (database.query('PRAGMA user_version').get() as { user_version: number }).user_version

const fieldsOf = (database: Database) =>
  database
    .query<{ name: string }, []>("SELECT name FROM pragma_table_info('a') ORDER BY name")
    .all()
    .map(({ name }) => name)

/** The copies kept beside a database, with the format and the row that they hold. */
function copiesOf(path: string): { version: number; n: unknown }[] {
  const copies = [...new Bun.Glob(`${path.split('/').at(-1)}.copy*`).scanSync(join(path, '..'))]
  return copies.toSorted().map((name) => {
    const copy = new Database(join(path, '..', name), { readonly: true })
    const found = { version: versionOf(copy), n: copy.query('SELECT n FROM a').values()[0]?.[0] }
    copy.close()
    return found
  })
}

describe('migrate', () => {
  test('a database of a newer program is refused with a sentence and left alone', () =>
    withDatabasePath((path) => {
      openDatabase(path).close()
      const raw = new Database(path)
      raw.run(`PRAGMA user_version = ${migrations.length + 3}`)
      raw.close()
      expect(() => openDatabase(path)).toThrow(
        `the database was made by a newer douyin (format ${migrations.length + 3}, this one knows ${migrations.length})`,
      )
      expect(readdirSync(join(path, '..')).filter((name) => name.includes('before'))).toEqual([])
    }))

  test('what is no database is refused, not written over', () =>
    withDatabasePath(async (path) => {
      const text = 'a diary, not a database\n'.repeat(100)
      await Bun.write(path, text)
      expect(() => openDatabase(path)).toThrow()
      expect(await Bun.file(path).text()).toBe(text)
    }))

  test('a new database needs no copy, and one that is up to date none either', () =>
    withDatabasePath((path) => {
      const database = populated(path)
      migrate(database, `${path}.copy`, [first])
      expect(copiesOf(path)).toEqual([])
      database.close()
    }))

  test('what was there before is kept in a copy at each upgrade, not only at the first', () =>
    withDatabasePath((path) => {
      const database = populated(path)
      migrate(database, `${path}.copy`, [first, second])
      expect(copiesOf(path)).toEqual([{ version: 1, n: 11 }])
      database.run('UPDATE a SET n = 22')
      migrate(database, `${path}.copy`, [first, second, third])
      expect(copiesOf(path).at(-1)).toEqual({ version: 2, n: 22 })
      expect(fieldsOf(database)).toEqual(['id', 'm', 'n', 'o'])
      expect(versionOf(database)).toBe(3)
      database.close()
    }))

  test.each([
    ['a broken statement', `${second}; ALTER TABLE nowhere ADD COLUMN x`, 'nowhere'],
    ['orphans', `${second}; DELETE FROM a`, 'step 2 leaves 1 orphans'],
  ])('a step with %s leaves the database as it was, and can be tried again', (_, bad, says) =>
    withDatabasePath((path) => {
      const database = populated(path)
      for (let attempt = 0; attempt < 2; attempt++) {
        expect(() => migrate(database, `${path}.copy`, [first, bad])).toThrow(says)
        expect(versionOf(database)).toBe(1)
        expect(fieldsOf(database)).toEqual(['id', 'n'])
        expect(database.query('SELECT n FROM a').values()).toEqual([[11]])
      }
      // Whoever goes on with this connection must not go on without foreign keys.
      expect(database.query('PRAGMA foreign_keys').values()).toEqual([[1]])
      migrate(database, `${path}.copy`, [first, second])
      expect(fieldsOf(database)).toEqual(['id', 'm', 'n'])
      database.close()
    }),
  )

  test('a step that fails after one that went well keeps the one', () =>
    withDatabasePath((path) => {
      const database = populated(path)
      expect(() => migrate(database, `${path}.copy`, [first, second, 'nonsense'])).toThrow()
      expect(versionOf(database)).toBe(2)
      expect(fieldsOf(database)).toEqual(['id', 'm', 'n'])
      database.close()
    }))

  // With foreign keys on, DROP TABLE deletes the children of every row first.
  test('rebuilding a table loses none of the rows that refer to it', () =>
    withDatabasePath((path) => {
      const database = populated(path)
      const rebuild = `CREATE TABLE new (id INTEGER PRIMARY KEY, n TEXT);
        INSERT INTO new SELECT id, n FROM a; DROP TABLE a; ALTER TABLE new RENAME TO a`
      migrate(database, `${path}.copy`, [first, rebuild])
      expect(database.query('SELECT * FROM b').values()).toEqual([[1]])
      expect(database.query('SELECT * FROM a').values()).toEqual([[1, '11']])
      expect(() => database.run('INSERT INTO b VALUES (9)')).toThrow('FOREIGN KEY')
      database.close()
    }))

  test.each([
    ['make a new database', false],
    ['upgrade an old one', true],
  ])('several processes that %s at once all succeed, and each step is taken once', (_, old) =>
    withDatabasePath(async (path) => {
      if (old) populated(path).close()
      const source = join(import.meta.dir, '../../src/store/sqlite')
      const script = old
        ? `import { Database } from 'bun:sqlite'
           import { migrate } from '${source}/migrations/migrate.ts'
           const database = new Database('${path}')
           database.run('PRAGMA busy_timeout = 5000')
           migrate(database, '${path}.copy', ${JSON.stringify([first, second, third])})`
        : `import { openDatabase } from '${source}/engine/open.ts'
           openDatabase('${path}').close()`
      const processes = Array.from({ length: 4 }, () =>
        Bun.spawn(['bun', '-e', script], { stderr: 'pipe' }),
      )
      const errors = await Promise.all(processes.map((one) => new Response(one.stderr).text()))
      expect(errors).toEqual(['', '', '', ''])
      const database = new Database(path)
      expect(versionOf(database)).toBe(old ? 3 : migrations.length)
      if (old) expect(copiesOf(path)[0]).toEqual({ version: 1, n: 11 })
      database.close()
    }),
  )

  // Read positions were a time beside an id, and messages had foreign keys and three indexes.
  test('messages, unread ones and ids that are used up survive the rebuilding of their table', () =>
    withDatabasePath(async (path) => {
      const before = openDatabase(path, undefined, migrations.slice(0, 2))
      before.run(`INSERT INTO users (id, name, password_hash, created_at, last_seen_at)
        VALUES (1, 'a', 'x', 1, 1), (2, 'b', 'x', 1, 1), (3, 'c', 'x', 1, 1)`)
      before.run('INSERT INTO user_counts (user_id) VALUES (1), (2), (3)')
      before.run(`INSERT INTO messages (id, from_user_id, to_user_id, content, created_at, client_id)
        VALUES (1, 1, 2, 'one', 10, 'c'), (2, 2, 1, 'two', 11, NULL), (4, 2, 1, 'three', 12, NULL),
        (7, 1, 3, 'gone', 13, NULL)`)
      before.run('DELETE FROM messages WHERE id = 7')
      before.run(`INSERT INTO conversations VALUES (1, 2, 4, 12, 2, 11, 1, 0, 0, 1)`)
      before.close()
      const store = createSqliteStore(path)
      const { messages } = store
      const said = (await messages.history(2, 1, { since: 0, limit: 9 })).map(
        ({ content }) => content,
      )
      expect(said).toEqual(['one', 'two', 'three'])
      expect(await unreadOf(store, 1)).toEqual(new Map([[2, 1]]))
      expect(await unreadOf(store, 2)).toEqual(new Map([[1, 1]]))
      expect(await messages.read(1, 2, 9)).toBe(4)
      expect(await unreadOf(store, 1)).toEqual(new Map())
      const draft = { fromUserId: 1, toUserId: 2, content: 'one' }
      expect(await messages.send({ ...draft, clientId: 'c' })).toMatchObject({ repeated: true })
      const { message } = await messages.send({ ...draft, clientId: null })
      expect(message.id).toBeGreaterThan(7)
      expect(await store.checks.counts(false)).toEqual([])
      await store.close()
    }))

  // Notices were found by an index of their receivers, and had no links between them.
  test('notices, unread ones and what takes them back survive as a log', () =>
    withDatabasePath(async (path) => {
      const before = openDatabase(path, undefined, migrations.slice(0, 15))
      before.run(`INSERT INTO users (id, name, password_hash, created_at, last_seen_at)
        VALUES (1, 'a', 'x', 1, 1), (2, 'b', 'x', 1, 1), (3, 'c', 'x', 1, 1)`)
      before.run('INSERT INTO user_counts (user_id) VALUES (1), (2), (3)')
      before.run(`INSERT INTO media (id, source_hash, state, video, cover, size, width, height,
        duration, codec) VALUES (1, 'h', 'ready', 'videos/v', 'covers/c', 1, 1, 1, 1, 'h264')`)
      before.run(`INSERT INTO videos (id, author_id, media_id, title, created_at, published_at)
        VALUES (1, 1, 1, 'of a', 1, 1), (2, 2, 1, 'of b', 2, 2)`)
      before.run('INSERT INTO video_counts (video_id) VALUES (1), (2)')
      before.run(`INSERT INTO favorites (user_id, video_id, created_at)
        VALUES (2, 1, 10), (1, 1, 11), (1, 2, 12), (3, 1, 10)`)
      before.run(
        'UPDATE users SET notices_read_id = (SELECT max(id) FROM notices WHERE user_id = 1)',
      )
      before.run(
        `INSERT INTO follows (user_id, to_user_id, created_at) VALUES (3, 1, 13), (3, 2, 13)`,
      )
      before.run(
        `INSERT INTO comments (video_id, user_id, content, created_at) VALUES (1, 2, 'hi', 14)`,
      )
      before.close()
      const store = createSqliteStore(path)
      expect(await store.checks.counts(true)).not.toEqual([])
      const list = async (userId: number) => {
        const { items } = await store.notices.list(userId, { cursor: null, limit: 9 })
        return items.map(({ kind, user }) => `${kind} of ${user.name}`)
      }
      const ofOne = ['comment of b', 'follow of c', 'like of c', 'like of b']
      expect(await list(1)).toEqual(ofOne)
      expect((await store.notices.unread(1)).unread).toBe(2)
      expect(await list(2)).toEqual(['follow of c', 'like of a'])
      await store.favorites.set(2, 1, false)
      await store.relations.set(3, 1, false)
      await store.comments.remove({ userId: 2, videoId: 1, commentId: 1 })
      expect(await list(1)).toEqual(['like of c'])
      expect(await store.notices.unread(1)).toMatchObject({ unread: 0 })
      expect(await store.checks.counts(false)).toEqual([])
      await store.close()
    }))
})
