import { Database } from 'bun:sqlite'
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { call } from '../support/api.ts'
import { killTraced, traceable, traced } from '../support/crash/strace.ts'
import { ailments, wrongs } from '../support/crash/verify.ts'
import {
  createLedger,
  type Ledger,
  publish,
  join as register,
  settle,
  unthrottled,
  write,
} from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 600_000 : 120_000)

/** How far calls are counted, in each thread. */
const furthest = 200

// What the database and ffmpeg write, by pwrite64; what is uploaded comes by write.
const writes = 'pwrite64,ftruncate'
const syncs = 'fsync,fdatasync'
const kinds = [`${writes}:error=EIO`, `${syncs}:error=EIO`, `${writes}:error=ENOSPC`]

const points: [number, string][] = long
  ? kinds.flatMap((kind) => numbers(furthest).map((n): [number, string] => [n, kind]))
  : [
      [3, `${syncs}:error=EIO`],
      [40, `${writes}:error=EIO`],
      [90, `${writes}:error=ENOSPC`],
    ]

const common = clip('h264').then((path) => readFileSync(path))
const world = temporaryDirectory()
afterAll(world.clean)
const prepared = traceable ? prepare() : null

// strace makes the N-th call of each thread and the two after it fail. A failure that is taken for a
// success shows when the server is killed and what it acknowledged is looked for.
describe.skipIf(!traceable)('a disk that fails', () => {
  test.each(points)('at call %p (%s)', async (n, kind) => {
    const { path, clean } = temporaryDirectory()
    const ledger = createLedger()
    const [calls, error] = kind.split(':') as [string, string]
    const data = join(path, 'data')
    const trace = join(path, 'trace')
    // A commit is one sync, and some twenty writes.
    const deeds = 10 + Math.ceil(calls === syncs ? n / 2 : n / 16)
    try {
      Object.assign(ledger, structuredClone(await prepared))
      cpSync(world.path, data, { recursive: true })
      const command = failing(calls, `${error}:when=${n}..${n + 2}`, trace)
      const server = await spawnServer(command, data, { flags: unthrottled, cwd: path }).catch(
        (failure: Error) => failure,
      )
      if (server instanceof Error) {
        // It didn't start: a person is told why, and it starts when the disk is well again.
        expect(server.message).toMatch(/error: \S.*\.?/)
      } else {
        await write(server, ledger, { writers: 4, common: await common, deeds }).done
        // The failures are over: it goes on as if nothing had been, without a restart.
        await until(async () => (await register(server, ledger)) !== null)
        expect((await call(server, 'GET', 'feed/')).status_code).toBe(0)
        expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
        await killTraced(server.pid)
        await server.end('SIGKILL')
      }
      expect(await ailments(data, false)).toEqual([])
      expect(wrongs(data, ledger.entries)).toEqual([])
      expect(ledger.wrong).toEqual([])
      expect(readFileSync(trace, 'utf8')).toContain('(INJECTED)')
    } finally {
      clean()
    }
  })
})

// Few calls are of an upload, so many of them share a server, of whose calls every fifth fails, of
// each thread: the first, sixth, …, then the second, seventh, …, so that each has its turn. A
// failing write also keeps a thread from waking another, which must be no more than a delay.
describe.skipIf(!traceable)('a disk that fails under uploads', () => {
  const step = 5
  const all = ['write:error=EIO', 'write:error=ENOSPC', 'rename:error=EIO']
  const turns: [string, number][] = long
    ? all.flatMap((kind) => numbers(step).map((n): [string, number] => [kind, n]))
    : [['write,rename:error=EIO', 3]]

  test.each(turns)('%s at every fifth call from the %p.', async (kind, first) => {
    const { path, clean } = temporaryDirectory()
    const ledger = createLedger()
    const [calls, error] = kind.split(':') as [string, string]
    const data = join(path, 'data')
    const trace = join(path, 'trace')
    try {
      Object.assign(ledger, structuredClone(await prepared))
      cpSync(world.path, data, { recursive: true })
      const command = failing(calls, `${error}:when=${first}+${step}`, trace)
      const server = await spawnServer(command, data, { flags: unthrottled, cwd: path })
      // Uploads are the whole of it in the end, so that some must come through and some can't.
      const enough = () => mostInOneThread(trace) >= (long ? furthest / step : 2)
      const outcomes = { done: 0, refused: 0 }
      await Promise.all(
        ledger.people.map(async (person) => {
          while (!enough() || outcomes.done === 0 || outcomes.refused === 0) {
            const done = await publish(server, ledger, person, await freshClip())
            outcomes[done ? 'done' : 'refused']++
          }
        }),
      )
      expect((await call(server, 'GET', 'feed/')).status_code).toBe(0)
      await killTraced(server.pid)
      await server.end('SIGKILL')
      expect(await ailments(data, false)).toEqual([])
      expect(wrongs(data, ledger.entries)).toEqual([])
      expect(ledger.wrong).toEqual([])
      // All clips differ in a box alone that isn't kept: a hole in one would make it another video.
      // What is still to be processed has no video, and a drawing for a cover, until it is its turn.
      for (const names of finished(data)) expect(kindsOf(data, names)).toBe(1)
      // Not only what wakes a thread has failed.
      if (calls.startsWith('write')) expect(readFileSync(trace, 'utf8')).toContain(`<${data}/tmp/`)
    } finally {
      clean()
    }
  })
})

/** A world to go on with, made while the disk was well. */
async function prepare(): Promise<Ledger> {
  const ledger = createLedger()
  await using server = await spawnServer(program, world.path, { flags: unthrottled })
  await settle(server, ledger, 4, await common)
  await server.end('SIGTERM')
  return ledger
}

/** The program under a tracer that makes system calls fail and writes down which. */
function failing(calls: string, when: string, trace: string): string[] {
  const expressions = [`trace=${calls}`, `inject=${calls}:${when}`, 'status=failed']
  const options = expressions.flatMap((expression) => ['-e', expression])
  return traced(['-s', '0', '-y', ...options], trace, program)
}

/** How many calls have failed in the thread that had the most. */
function mostInOneThread(trace: string): number {
  const counts = new Map<string, number>()
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    if (!line.includes('(INJECTED)')) continue
    const thread = line.slice(0, line.indexOf(' '))
    counts.set(thread, (counts.get(thread) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** The names of the videos and of the covers of what is ready. */
function finished(data: string): [videos: string[], covers: string[]] {
  using database = new Database(join(data, 'douyin.db'), { readonly: true })
  const rows = database.query("SELECT video, cover FROM media WHERE state = 'ready'").all() as {
    video: string
    cover: string
  }[]
  return [rows.map(({ video }) => video), rows.map(({ cover }) => cover)]
}

/** How many different ones are among some files. */
const kindsOf = (data: string, names: readonly string[]): number =>
  new Set(names.map((name) => Bun.hash(readFileSync(join(data, name))).toString())).size

function numbers(most: number): number[] {
  return Array.from({ length: most }, (_, at) => at + 1)
}
