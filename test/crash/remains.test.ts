import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { call } from '../support/api.ts'
import { ailments } from '../support/crash/verify.ts'
import {
  createLedger,
  type Ledger,
  learnVideos,
  join as register,
  unthrottled,
  write,
} from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, run, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { upload } from '../support/upload.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 600_000 : 120_000)

const people = long ? 60 : 16
const rounds = long ? 200 : 40

/** Somebody in all of whose words `mark` is, at their start, in their middle and at their end. */
interface Marked {
  readonly id: number
  readonly name: string
  readonly token: string
  readonly mark: string
}

/** Letters that nobody else's words have. */
const letters = (amount: number): string =>
  Array.from({ length: amount }, () => 'bcdfghjklmnpqrstvwxz'[Math.floor(Math.random() * 20)]).join(
    '',
  )

let texts = 0
const words = ({ mark }: Marked): string => {
  const filler = '山川异域风月同天 '.repeat(Math.floor(Math.random() * 12))
  return `${mark}${filler}${mark}${++texts}${filler}${mark}`
}

// A page that is free, a row that moved when its page was split (SQLite zeroes what is deleted, but not
// what it leaves in the free middle of a page), a log that was copied and not emptied, a copy made
// before a migration: each still has the words of somebody who is gone.
test('of users who were removed no byte is left in any file, whoever runs beside', async () => {
  const { path, clean } = temporaryDirectory()
  try {
    const [first, second, ...others] = await fill(path)
    const ledger = createLedger()
    const hashes = prepare(path)
    const needles = ({ mark, name, id }: Marked) => [mark, name, hashes.get(id)!]
    const remove = async (who: Marked) => {
      expect(filesWith(path, needles(who))).not.toEqual([])
      const command = ['users', 'remove', who.name, '--yes', '--data', path]
      const { code, stderr } = await run([...program, ...command])
      // At once: the next thing that anybody does would hide it.
      const left = filesWith(path, needles(who))
      expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] })
    }

    // Nobody else has the directory.
    await remove(first)
    {
      await using server = await serve(path)
      // A server that has just started and has read much of it.
      await readAll(server, second)
      await remove(second)
      // And one in the middle of writes.
      const writing = await writers(server, ledger)
      for (const one of others) await remove(one)
      await writing.stop()
      expect(ledger.wrong).toEqual([])
      await server.end('SIGTERM')
    }
    expect(filesWith(path, [first, second, ...others].flatMap(needles))).toEqual([])
    expect(await ailments(path, true)).toEqual([])
  } finally {
    clean()
  }
})

const serve = (path: string) =>
  spawnServer(program, path, { flags: [...unthrottled, '--log', 'off'] })

/** A world in which everybody has to do with everybody; those who will be removed. */
async function fill(path: string): Promise<readonly [Marked, Marked, ...Marked[]]> {
  await using server = await serve(path)
  const common = readFileSync(await clip('h264'))
  const all = await Promise.all(
    Array.from({ length: people }, async () => {
      const mark = letters(14)
      const name = `${mark}名${letters(8)}`
      const answer = await call(server, 'POST', 'user/register/', {
        username: name,
        password: 'secret-1',
      })
      return { id: answer.user_id as number, name, token: answer.token as string, mark }
    }),
  )
  for (const who of all) {
    const data = ['data', common] as const
    await upload(server, [['title', words(who).slice(0, 250)], data], `?token=${who.token}`)
  }
  const { video_list: videos } = await call(server, 'GET', 'feed/', { limit: people })
  const any = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)]!
  await Promise.all(
    all.map(async (who) => {
      const { token } = who
      for (let round = 0; round < rounds; round++) {
        const other = any(all.filter(({ id }) => id !== who.id))
        // What somebody says to one who is removed goes too, and so has both marks.
        await call(server, 'POST', 'message/action/', {
          ...{ token, to_user_id: other.id, action_type: 1 },
          content: `${words(who)} ${words(other)}`,
        })
        const video = any(videos as { id: number; author: { id: number } }[])
        const author = all.find(({ id }) => id === video.author.id)!
        await call(server, 'POST', 'comment/action/', {
          ...{ token, video_id: video.id, action_type: 1 },
          comment_text: `${words(who)} ${words(author)}`.slice(0, 490),
        })
        await call(server, 'POST', 'relation/action/', {
          ...{ token, to_user_id: other.id, action_type: 1 },
        })
      }
    }),
  )
  await server.end('SIGTERM')
  return [all[0]!, all[people - 1]!, ...all.slice(4, 9)]
}

/** Signatures, which no endpoint sets, copies of the kinds that are kept, and everybody's hashes. */
function prepare(path: string): Map<number, string> {
  const file = join(path, 'douyin.db')
  const database = new Database(file)
  try {
    database.run(
      `UPDATE users SET signature = substr(name, 1, 14) || ' 签名 ' || substr(name, 1, 14)`,
    )
    database.run('PRAGMA wal_checkpoint(TRUNCATE)')
    for (const kept of ['.before-migration-1', '-wal.foreign-1']) copyFileSync(file, file + kept)
    const rows = database.query<{ id: number; hash: string }, []>(
      'SELECT id, password_hash AS hash FROM users',
    )
    return new Map(rows.all().map(({ id, hash }) => [id, hash]))
  } finally {
    database.close()
  }
}

async function readAll(server: Spawned, { id, token }: Marked): Promise<void> {
  const feed = await call(server, 'GET', 'feed/', { token })
  for (const video of feed.video_list) {
    await call(server, 'GET', 'comment/list/', { token, video_id: video.id })
  }
  await call(server, 'GET', 'relation/friend/list/', { token, user_id: id })
}

/** People of their own, who write until they are stopped. */
async function writers(server: Spawned, ledger: Ledger) {
  const common = readFileSync(await clip('h264'))
  await Promise.all(Array.from({ length: 16 }, () => register(server, ledger)))
  await learnVideos(server, ledger)
  return write(server, ledger, { writers: 16, common, growth: 0 })
}

/** The files of a directory, however deep, in which any of these words is. */
function filesWith(path: string, needles: readonly string[]): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = join(path, name)
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false
    const bytes = readFileSync(file)
    return needles.some((needle) => bytes.includes(needle))
  })
}
