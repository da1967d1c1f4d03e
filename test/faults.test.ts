import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clip } from './clips.ts'
import { call, temporaryDirectory } from './helpers.ts'
import { fromSource, spawnServer } from './spawned.ts'
import { traceable, traced } from './strace.ts'
import { until } from './uploads.ts'
import { ailments, lost } from './verify.ts'
import {
  createLedger,
  type Ledger,
  join as register,
  settle,
  unthrottled,
  write,
} from './writers.ts'

setDefaultTimeout(120_000)

// Files are written by pwrite64 alone, while write also serves pipes and the event loop.
const writes = 'pwrite64,ftruncate'
const syncs = 'fsync,fdatasync'
const kinds = [`${writes}:error=EIO`, `${syncs}:error=EIO`, `${writes}:error=ENOSPC`]

const points: [number, string][] = process.env.DOUYIN_TEST_LONG
  ? Array.from({ length: 200 }, (_, at) => [at + 1, kinds[at % kinds.length]!])
  : [
      [3, `${syncs}:error=EIO`],
      [40, `${writes}:error=EIO`],
      [90, `${writes}:error=ENOSPC`],
    ]

// strace makes the N-th call of each thread and the two after it fail. A failure that is taken for a success shows when the server is killed and what it acknowledged is looked for.
describe.skipIf(!traceable)('a disk that fails', () => {
  const common = clip('h264').then((path) => readFileSync(path))
  const world = temporaryDirectory()
  afterAll(world.clean)
  const prepared = traceable ? prepare() : null

  test.each(points)('at call %p (%s)', async (n, kind) => {
    const { path, clean } = temporaryDirectory()
    const ledger = createLedger()
    const [calls, error] = kind.split(':') as [string, string]
    const data = join(path, 'data')
    const trace = join(path, 'trace')
    const inject = [
      `trace=${calls}`,
      `inject=${calls}:${error}:when=${n}..${n + 2}`,
      'status=failed',
    ]
    // A commit is one sync, and some twenty writes.
    const deeds = 10 + Math.ceil(calls === syncs ? n / 2 : n / 16)
    try {
      Object.assign(ledger, structuredClone(await prepared))
      cpSync(world.path, data, { recursive: true })
      const expressions = inject.flatMap((expression) => ['-e', expression])
      const command = traced(['-s', '0', ...expressions], trace, fromSource)
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
      expect(lost(data, ledger.entries)).toEqual([])
      expect(ledger.wrong).toEqual([])
      expect(readFileSync(trace, 'utf8')).toContain('(INJECTED)')
    } finally {
      clean()
    }
  })

  /** A world to go on with, made while the disk was well. */
  async function prepare(): Promise<Ledger> {
    const ledger = createLedger()
    await using server = await spawnServer(fromSource, world.path, { flags: unthrottled })
    await settle(server, ledger, 4, await common)
    await server.end('SIGTERM')
    return ledger
  }
})

/** The server below its tracer. */
async function killTraced(tracer: number): Promise<void> {
  const children = readFileSync(`/proc/${tracer}/task/${tracer}/children`, 'utf8')
  for (const pid of children.trim().split(' ')) if (pid) process.kill(Number(pid), 'SIGKILL')
}
