import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { rewriteFile } from '../../src/store/sqlite/commit/maintenance.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { withDatabasePath } from '../support/temporary-directory.ts'

/** An empty file of pages that an older version has made, or another program. */
const makeFile = (path: string, pageBytes: number) => {
  const database = new Database(path, { create: true })
  database.run(`PRAGMA page_size = ${pageBytes}`)
  database.run('PRAGMA journal_mode = WAL')
  database.close()
}

const pageBytesOf = (path: string) => {
  const database = new Database(path, { readonly: true })
  const row = database.query('PRAGMA page_size').get() as { page_size: number }
  database.close()
  return row.page_size
}

const user = (name: string) => ({ name, passwordHash: 'none' })

test('a file keeps its pages, also when all of them are written anew; a backup has those of new files', () =>
  withDatabasePath(async (path) => {
    makeFile(path, 4096)
    const store = createSqliteStore(path)
    const { id } = await store.users.create(user('ann'))
    await store.snapshot(`${path}.backup`)
    await store.close()
    await rewriteFile(path)
    expect(pageBytesOf(path)).toBe(4096)
    expect(pageBytesOf(`${path}.backup`)).toBe(2048)
    for (const file of [path, `${path}.backup`]) {
      const opened = createSqliteStore(file)
      expect(await opened.users.byId(id)).toMatchObject({ name: 'ann' })
      await opened.close()
    }
  }))

describe('under load the log of a file', () => {
  const text = '字'.repeat(2000)

  test.each([1024, 2048, 4096])(
    'of pages of %d bytes starts anew from 64 MB on, and is never cut',
    (pageBytes) =>
      withDatabasePath(async (path) => {
        makeFile(path, pageBytes)
        const store = createSqliteStore(path)
        const [from, to] = [
          await store.users.create(user('ann')),
          await store.users.create(user('bob')),
        ]
        let megabytes = 0
        let largest = 0
        let isCut = false
        while (megabytes < 200) {
          // Some 6 MB to a turn.
          await Promise.all(
            Array.from({ length: 1000 }, () =>
              store.messages.send({
                ...{ fromUserId: from.id, toUserId: to.id, content: text, clientId: null },
              }),
            ),
          )
          megabytes += 6
          const size = statSync(`${path}-wal`).size / 2 ** 20
          if (size < largest) isCut = true
          largest = Math.max(largest, size)
        }
        await store.close()
        expect(largest).toBeGreaterThan(48)
        expect(largest).toBeLessThan(160)
        expect(isCut).toBe(false)
      }),
  )
})
