import { Database } from 'bun:sqlite'
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { call } from '../support/api.ts'
import { ailments, completed, wrongs } from '../support/crash/verify.ts'
import {
  createLedger,
  type Ledger,
  learnVideos,
  join as register,
  settle,
  unthrottled,
  write,
} from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, run, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(120_000)

const file = 'douyin.db'
const log = 'douyin.db-wal'

/** Ways to make a copy beside a running server, and what of it is put back. */
const ways = {
  'cp of the file': { put: [file], copy: plain(file) },
  'cp of the file and its log': { put: [file, log], copy: plain(file, log) },
  'cp of both, of which the file is put back': { put: [file], copy: plain(file, log) },
  'VACUUM INTO': {
    put: [file],
    copy: async (from: string, to: string) => {
      using database = new Database(join(from, file), { readonly: true })
      database.run('VACUUM INTO ?', [join(to, file)])
    },
  },
  'douyin backup': {
    put: [file],
    copy: async (from: string, to: string) => {
      const command = [...program, 'backup', to, '--data', from]
      expect(await run(command)).toMatchObject({ code: 0 })
      const copied = readdirSync(to).find((name) => name.endsWith('.db'))!
      copyFileSync(join(to, copied), join(to, file))
    },
  },
  // Of the shell, which may be of any version, only what reads.
  '.backup of the shell': {
    put: [file],
    copy: async (from: string, to: string) => {
      const command = ['sqlite3', '-readonly', join(from, file), `.backup '${join(to, file)}'`]
      expect(await run(command)).toMatchObject({ code: 0 })
    },
  },
} as const

/** What lies in the directory when the copy is put back. */
type Beside = 'no log' | 'the log that was there then' | 'a log that was begun since'

const cases: [keyof typeof ways, Beside][] = (Object.keys(ways) as (keyof typeof ways)[]).flatMap(
  (way, at): [keyof typeof ways, Beside][] => {
    const others = ['no log', 'the log that was there then'] as const
    const beside: Beside[] = ['a log that was begun since']
    if (long) beside.push(...others)
    else if (at < 2) return [[way, others[at]!]]
    return beside.map((one) => [way, one])
  },
)

// SQLite replays any log over any file beside which it lies. Pages of two histories become one
// database then: damaged, or whole and wrong, with somebody's session on somebody else's account.
describe('an older file that is put back by hand', () => {
  const ready = ([way]: (typeof cases)[number]) =>
    way !== '.backup of the shell' || Bun.which('sqlite3') !== null

  test.each(cases.filter(ready))('%s, beside %s', async (way, beside) => {
    const { path, clean } = temporaryDirectory()
    const [data, copy] = [join(path, 'data'), join(path, 'copy')]
    for (const directory of [data, copy]) mkdirSync(directory)
    const ledger = createLedger()
    try {
      await live(data, ledger, beside, () => ways[way].copy(data, copy))
      const newest = rowsOf(data)
      for (const name of ways[way].put) copyFileSync(join(copy, name), join(data, name))
      const older = rowsOf(copy, ways[way].put)
      expect(Bun.deepEquals(older, newest)).toBe(false)

      await using server = await serve(data)
      const found = rowsIn(data)
      // A log that began before the copy was made has all that came since: that is whole, too.
      const whole = beside === 'the log that was there then' ? [older, newest] : [older]
      expect(found).toEqual(whole.find((rows) => Bun.deepEquals(rows, found)) ?? older)
      await expectOwnAccounts(server, ledger, found)
      await expectDurable(server, data)
    } finally {
      clean()
    }
  })
})

const serve = (data: string) =>
  spawnServer(program, data, { flags: [...unthrottled, '--log', 'off'] })

/** Copies files while the server holds still, as one does who is lucky. */
function plain(...names: string[]) {
  return async (from: string, to: string) => {
    for (const name of names) {
      if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name))
    }
  }
}

/** Lets people write before a copy is made and after it, to the end of the server. */
async function live(data: string, ledger: Ledger, beside: Beside, copy: () => Promise<void>) {
  const common = readFileSync(await clip('h264'))
  const some = { writers: 4, common, deeds: 25, growth: 0.3 }
  await using server = await serve(data)
  await settle(server, ledger, 4, common)
  await write(server, ledger, some).done
  await completed(data, ledger.entries)
  await write(server, ledger, some).done
  await copy()
  // The first that comes is somebody who takes the next id.
  await register(server, ledger)
  await write(server, ledger, some).done
  if (beside === 'a log that was begun since') {
    await completed(data, ledger.entries)
    await register(server, ledger)
    await write(server, ledger, some).done
  }
  await server.end(beside === 'no log' ? 'SIGTERM' : 'SIGKILL')
  const size = statSync(join(data, log), { throwIfNoEntry: false })?.size ?? 0
  if (beside === 'no log') expect(size).toBe(0)
  else expect(size).toBeGreaterThan(0)
}

const tables = {
  users: 'id, name, password_hash',
  sessions: 'token_hash, user_id',
  videos: 'id, author_id, title',
  favorites: 'user_id, video_id',
  comments: 'id, video_id, user_id, content',
  follows: 'user_id, to_user_id',
  messages: 'id, from_user_id, to_user_id, content',
}

type Rows = Record<keyof typeof tables, unknown[]>

/** What people have written, as any other program reads it. */
function rowsIn(data: string): Rows {
  using database = new Database(join(data, file), { readonly: true })
  const rows = Object.entries(tables).map(([table, columns]) => [
    table,
    database.query(`SELECT ${columns} FROM ${table} ORDER BY ${columns}`).values(),
  ])
  return Object.fromEntries(rows)
}

/** The same of files that nobody has open, and that stay as they are. */
function rowsOf(data: string, names: readonly string[] = [file, log]): Rows {
  const { path, clean } = temporaryDirectory()
  try {
    for (const name of names) {
      if (existsSync(join(data, name))) copyFileSync(join(data, name), join(path, name))
    }
    return rowsIn(path)
  } finally {
    clean()
  }
}

/** Each token is that of its own user, or nobody's any more, whoever has come since. */
async function expectOwnAccounts(server: Spawned, { people }: Ledger, rows: Rows): Promise<void> {
  for (let at = 0; at < 3; at++) await register(server, createLedger())
  const names = new Set(rows.users.map((row) => (row as unknown[])[1]))
  for (const { name, token } of people) {
    const { status_code, user } = await call(server, 'GET', 'user/', { token })
    const found = status_code === 0 ? user.name : null
    expect({ name, found }).toEqual({ name, found: names.has(name) ? name : null })
  }
}

/** What is written from now on is there after a kill, and all is well. */
async function expectDurable(server: Spawned, data: string): Promise<void> {
  const ledger = createLedger()
  const common = readFileSync(await clip('h264'))
  for (let at = 0; at < 4; at++) await register(server, ledger)
  await learnVideos(server, ledger)
  await write(server, ledger, { writers: 4, common, deeds: 15, growth: 0.3 }).done
  await server.end('SIGKILL')
  await using next = await serve(data)
  expect((await call(next, 'GET', 'feed/')).status_code).toBe(0)
  expect(ledger.wrong).toEqual([])
  expect(wrongs(data, ledger.entries)).toEqual([])
  await next.end('SIGKILL')
  expect(await ailments(data, false)).toEqual([])
  expect(wrongs(data, ledger.entries)).toEqual([])
}
