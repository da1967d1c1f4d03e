import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { openDatabase } from '../../src/store/sqlite/engine/open.ts'
import { drawTokenSql } from '../../src/store/sqlite/engine/token.ts'
import { migrations } from '../../src/store/sqlite/migrations/migrate.ts'
import type { Store } from '../../src/store/store.ts'
import { newMedia } from '../ports/harness.ts'
import { copied } from '../support/crash/log.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: string
let clean: () => void
let path: string
let store: Store
let made = 0

beforeEach(() => {
  ;({ path: directory, clean } = temporaryDirectory())
  path = join(directory, 'douyin.db')
  store = createSqliteStore(path)
})
afterEach(async () => {
  await store.close()
  clean()
})

const add = (name: string) => store.users.create({ name, passwordHash: 'x' })
/** When it is quiet all of the log is copied, and the next commit begins it anew. */
const quiet = () => copied(path)

/** Opens a database with a log beside it, as it lies after a crash; what it has, and what is said. */
async function openCrashed(file: string, log: string) {
  // What a path may have in it and the text of a URI may not.
  const crashed = join(directory, `crashed #${++made}? 100%`)
  mkdirSync(crashed)
  copyFileSync(file, join(crashed, 'douyin.db'))
  copyFileSync(log, join(crashed, 'douyin.db-wal'))
  const notes: string[] = []
  const opened = createSqliteStore(join(crashed, 'douyin.db'), (text) => notes.push(text))
  const names = (await opened.users.list({ sort: 'id', limit: 99, search: '' })).map((u) => u.name)
  const damage = await opened.checks.integrity()
  // What is written from here on is as safe as ever.
  await opened.users.create({ name: 'later', passwordHash: 'x' })
  await opened.close()
  const aside = readdirSync(crashed).filter((name) => name.includes('foreign'))
  return { names: names.join(' '), damage, isSetAside: aside.length === 1 && notes.length === 1 }
}

const keep = (name: string): string => {
  copyFileSync(path, join(directory, name))
  return join(directory, name)
}

describe('after a crash', () => {
  test('the log of the file itself is replayed, whether parts of it were copied or none', async () => {
    await add('a')
    await quiet()
    const before = keep('before.db')
    await add('b')
    await add('c')
    const whole = { names: 'a b c', damage: [], isSetAside: false }
    expect(await openCrashed(before, `${path}-wal`)).toEqual(whole)
    const other = new Database(path)
    other.run('PRAGMA wal_checkpoint(PASSIVE)')
    other.close()
    await add('d')
    expect(await openCrashed(path, `${path}-wal`)).toEqual({ ...whole, names: 'a b c d' })
  })

  test.each(['a copy of the file', 'a backup', 'a VACUUM INTO'])(
    'the log of a later state is put aside, and %s is what counts',
    async (how) => {
      await add('a')
      await quiet()
      const old = join(directory, 'old.db')
      if (how === 'a backup') await store.snapshot(old)
      else if (how === 'a copy of the file') keep('old.db')
      else {
        const shell = new Database(path)
        shell.prepare('VACUUM INTO ?').run(old)
        shell.close()
      }
      await add('b')
      await quiet()
      await add('c')
      expect(await openCrashed(old, `${path}-wal`)).toEqual({
        names: 'a',
        damage: [],
        isSetAside: true,
      })
    },
  )

  // VACUUM INTO counts the schema's version up by one, and so does a step of one statement.
  test('the copy that a migration kept takes no log of what came after it', async () => {
    await add('a')
    await store.close()
    const steps = [...migrations, 'CREATE INDEX mine ON users (created_at)']
    const migrated = openDatabase(path, undefined, steps)
    migrated.run(drawTokenSql)
    const copy = `${path}.before-migration-${migrations.length}`
    expect(await openCrashed(copy, `${path}-wal`)).toEqual({
      names: 'a',
      damage: [],
      isSetAside: true,
    })
    migrated.close()
  })

  // VACUUM gives every page another number: frames of the very same state would fall anywhere.
  test.each(['a backup', 'a VACUUM INTO'])('%s takes not even the log of its day', async (how) => {
    await add('a')
    await add('b')
    const copy = join(directory, 'copy.db')
    if (how === 'a backup') await store.snapshot(copy)
    else {
      const shell = new Database(path)
      shell.prepare('VACUUM INTO ?').run(copy)
      shell.close()
    }
    await add('c')
    expect(await openCrashed(copy, `${path}-wal`)).toEqual({
      names: 'a b',
      damage: [],
      isSetAside: true,
    })
  })

  // VACUUM puts the table of the tokens where another one began. A log put aside then would leave
  // half of its pages in the file, and the other half nowhere.
  test('the log of a VACUUM is replayed, whichever of its pages were copied', async () => {
    await add('a')
    const mediaId = await store.seeding.media(newMedia())
    const [videoId = 0] = await store.seeding.videos([
      { authorId: 1, mediaId, title: 'a title', publishedAt: 1 },
    ])
    await store.comments.create({ userId: 1, videoId, content: 'a comment' })
    await quiet()
    const half = keep('half.db')
    const shell = new Database(path)
    shell.run('PRAGMA wal_autocheckpoint = 0')
    shell.run('VACUUM')
    const log = readFileSync(`${path}-wal`)
    shell.close()
    const pageBytes = log.readUInt32BE(8)
    const pages = new Map<number, Buffer>()
    for (let at = 32; at < log.length; at += 24 + pageBytes) {
      pages.set(log.readUInt32BE(at), log.subarray(at + 24, at + 24 + pageBytes))
    }
    const numbers = [...pages.keys()].toSorted((a, b) => a - b)
    const file = openSync(half, 'r+')
    const wrong: unknown[] = []
    // A checkpoint copies them in this order.
    for (const number of numbers) {
      writeSync(file, pages.get(number) as Buffer, 0, pageBytes, (number - 1) * pageBytes)
      const crashed = join(directory, `vacuumed-${number}.db`)
      copyFileSync(half, crashed)
      writeFileSync(`${crashed}-wal`, log)
      openDatabase(crashed, (text) => wrong.push({ number, text })).close()
    }
    closeSync(file)
    expect(numbers.length).toBeGreaterThan(30)
    expect(wrong).toEqual([])
  })

  // Beside a server that stops for a moment between the two, its log would be taken from under it.
  test('a log that was begun anew and has no commit yet is left where it is', async () => {
    await add('a')
    const shell = new Database(path)
    shell.run('VACUUM')
    shell.run('PRAGMA wal_checkpoint(PASSIVE)')
    shell.close()
    const log = readFileSync(`${path}-wal`)
    // The first of the two salts is counted up; what is behind the header is of the log before.
    log.writeUInt32BE(log.readUInt32BE(16) + 1, 16)
    const begun = join(directory, 'begun.log')
    writeFileSync(begun, log)
    const whole = { names: 'a', damage: [], isSetAside: false }
    expect(await openCrashed(keep('vacuumed.db'), begun)).toEqual(whole)
  })

  test('an index that somebody made in the shell is no reason to distrust the log', async () => {
    await add('a')
    await quiet()
    const before = keep('before.db')
    const shell = new Database(path)
    shell.run('CREATE INDEX mine ON users (created_at)')
    shell.close()
    await add('b')
    const whole = { names: 'a b', damage: [], isSetAside: false }
    expect(await openCrashed(before, `${path}-wal`)).toEqual(whole)
    await quiet()
    const after = keep('after.db')
    await add('c')
    expect(await openCrashed(after, `${path}-wal`)).toEqual({ ...whole, names: 'a b c' })
  })
})

// The file and the log of a running server are not read at one moment.
test('a log that belongs to the file at a second look stays where it is', async () => {
  await add('a')
  await quiet()
  const old = keep('old.db')
  await add('b')
  await quiet()
  await add('c')
  const apart = join(directory, 'apart')
  mkdirSync(apart)
  const file = join(apart, 'douyin.db')
  copyFileSync(old, file)
  copyFileSync(`${path}-wal`, `${file}-wal`)
  const sleep = spyOn(Bun, 'sleepSync').mockImplementation(() => copyFileSync(path, file))
  const notes: string[] = []
  const opened = createSqliteStore(file, (text) => notes.push(text))
  expect(sleep).toHaveBeenCalled()
  sleep.mockRestore()
  const found = await opened.users.list({ sort: 'id', limit: 9, search: '' })
  await opened.close()
  expect(notes).toEqual([])
  expect(found.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
})

test('beside a server that writes and checkpoints, its log is never taken for a foreign one', async () => {
  let isDone = false
  const writing = (async () => {
    for (let n = 0; !isDone; n++) await add(`w${n}`)
  })()
  for (let n = 0; n < 40; n++) {
    const notes: string[] = []
    const beside = createSqliteStore(path, (text) => notes.push(text))
    await beside.users.create({ name: `beside${n}`, passwordHash: 'x' })
    await beside.close()
    expect(notes).toEqual([])
    await Bun.sleep(1)
  }
  isDone = true
  await writing
  expect(existsSync(`${path}-wal`)).toBe(true)
  const all = await store.users.list({ sort: 'id', limit: 100_000, search: 'beside' })
  expect(all).toHaveLength(40)
})
