import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { copied, emptied } from '../support/crash/log.ts'
import { Disk, type Left, recording, type Step, stepsOf } from '../support/crash/replay.ts'
import { attach, killTraced, traceable, traced } from '../support/crash/strace.ts'
import { ailments, wrongs } from '../support/crash/verify.ts'
import {
  createLedger,
  type Ledger,
  join as register,
  settle,
  unthrottled,
  write,
} from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 600_000 : 120_000)

/** Which sync of each thread fails: that one alone, or it and all after it. */
type Failure = [n: number, how: 'alone' | 'and all after it', writers: number]

const failures: Failure[] = long
  ? Array.from({ length: 100 }, (_, at) => at + 1).flatMap((n): Failure[] => [
      [n, 'alone', n % 2 ? 1 : 4],
      [n, 'and all after it', n % 2 ? 4 : 1],
    ])
  : [
      [1, 'alone', 4],
      [3, 'alone', 1],
      [9, 'alone', 4],
      [10, 'and all after it', 1],
      [24, 'and all after it', 4],
    ]

const world = temporaryDirectory()
afterAll(world.clean)
let common: Uint8Array
let prepared: Ledger

// What a sync failed to bring to the disk is never brought there by a later one, though it is read
// until the power goes. A store that says "done" after all, that tries the sync once more and
// believes it, or that leaves what it refused where a restart finds it, shows here.
describe.skipIf(!traceable)('a sync that fails is a refused write', () => {
  beforeAll(async () => {
    common = readFileSync(await clip('h264'))
    prepared = createLedger()
    await using server = await spawnServer(program, world.path, { flags: unthrottled })
    await settle(server, prepared, 4, common)
    // What is left for later would start a child, and strace hangs if that happens while it attaches.
    using database = new Database(join(world.path, 'douyin.db'))
    await until(() => database.query('SELECT 1 FROM jobs').get() === null)
    await server.end('SIGTERM')
  })

  test.each(failures)('the %p. %s, %p writing', async (n, how, writers) => {
    const { path, clean } = temporaryDirectory()
    const data = join(path, 'data')
    const trace = join(path, 'trace')
    try {
      cpSync(world.path, data, { recursive: true })
      const disk = new Disk()
      disk.load(data)
      const ledger = structuredClone(prepared)
      await failingAt(`${n}${how === 'alone' ? '' : '+'}`, { data, trace, ledger, writers })
      await expectNoRefused({ data, trace, ledger, disk })
    } finally {
      clean()
    }
  })

  // SQLite syncs the header of a log that it begins before it writes a frame: the first transaction
  // has two syncs, and whatever would lie over its frames has one before it writes anything.
  const begun = ['1+', '2', '2+', '3+'].flatMap((when) => [
    ['after a quiet time', when, copied] as const,
    ['in an empty log', when, emptied] as const,
  ])
  test.each(begun)('the first %s, %s', async (_, when, settled) => {
    const { path, clean } = temporaryDirectory()
    const data = join(path, 'data')
    const trace = join(path, 'trace')
    try {
      cpSync(world.path, data, { recursive: true })
      const ledger = structuredClone(prepared)
      await using server = await spawnServer(program, data, { flags: unthrottled })
      await register(server, ledger)
      await settled(join(data, 'douyin.db'))
      const disk = new Disk()
      disk.load(data)
      const tracer = await attach(server.pid, [...recording, '-e', injecting(when)], trace)
      while (!hasFailed(trace)) await register(server, ledger)
      await server.end('SIGKILL')
      await tracer.ended
      await expectNoRefused({ data, trace, ledger, disk })
    } finally {
      clean()
    }
  })
})

interface Traced {
  readonly data: string
  readonly trace: string
  readonly ledger: Ledger
  readonly disk: Disk
}

/** Looks at what would have been left at each moment that matters, and at what was. */
async function expectNoRefused({ data, trace, ledger, disk }: Traced): Promise<void> {
  expect(ledger.wrong).toEqual([])
  const steps = stepsOf(readFileSync(trace, 'latin1'), data)
  const failed = steps.flatMap(({ call }, at) => (call === 'failed sync' ? [at] : []))
  expect(failed.length).toBeGreaterThan(0)

  const moments = momentsOf(steps, ledger, failed)
  for (const [at, step] of steps.entries()) {
    disk.apply(step)
    if (!moments.has(at)) continue
    for (const left of ['written', 'synced'] as const) {
      const by = `${left} at ${at} of ${steps.length}`
      const until = moments.get(at)!
      expect({ by, found: await found(disk, data, left, ledger, until) }).toEqual({
        by,
        found: [],
      })
    }
  }
  // And the real one, as it was left by the kill.
  expect(await ailments(data, false)).toEqual([])
  expect(wrongs(data, ledger.entries)).toEqual([])
}

/** Which syncs of each thread fail: the n-th, or with a plus it and all after it. */
const injecting = (when: string) => `inject=fsync,fdatasync:error=EIO:when=${when}`

const hasFailed = (trace: string) => readFileSync(trace, 'latin1').includes('(INJECTED)')

interface Run {
  readonly data: string
  readonly trace: string
  readonly ledger: Ledger
  readonly writers: number
}

/**
 * Lets people write on a server some of whose syncs fail, and kills it: one writer's as soon as
 * something was refused, so that no later write hides it; others' when it has gone on for a while.
 */
async function failingAt(when: string, { data, trace, ledger, writers }: Run): Promise<void> {
  const command = traced([...recording, '-e', injecting(when)], trace, program)
  const flags = [...unthrottled, '--log', 'off']
  const server = await spawnServer(command, data, { flags, cwd: '/' }).catch((e: Error) => e)
  if (server instanceof Error) {
    // It didn't start, and says why.
    expect(server.message).toMatch(/error: \S+ [^\n]+\n$/)
    return
  }
  const known = ledger.entries.length
  const refused = () => ledger.entries.slice(known).some((one) => (one.refused ?? 0) >= 7000)
  const deeds = writers === 1 ? 1 : 5
  while (!hasFailed(trace)) {
    await write(server, ledger, { writers, common, deeds, growth: 0.3 }).done
    if (writers === 1 && refused()) break
  }
  if (writers > 1) {
    await write(server, ledger, { writers, common, deeds: 10, growth: 0.3 }).done
    // One that failed alone is got over without a restart.
    if (!when.endsWith('+')) await until(async () => (await register(server, ledger)) !== null)
    expect((await fetch(`${server.url}/douyin/feed/`)).status).toBe(200)
  }
  await killTraced(server.pid)
  await server.end('SIGKILL')
}

/**
 * Moments to look at, each with until when it counts what was answered: right after a failed sync,
 * and when its refusal had come but nothing after it had been asked for; the last of all.
 */
function momentsOf(
  steps: readonly Step[],
  { entries }: Ledger,
  failed: readonly number[],
): Map<number, number> {
  const moments = new Map<number, number>()
  for (const at of [failed[0]!, failed.at(-1)!]) moments.set(at, steps[at]!.at)
  const refusals = entries.flatMap(({ refused = 0, refusedAt = 0 }) =>
    refused >= 7000 ? [refusedAt] : [],
  )
  for (const time of [...refusals.slice(0, 1), ...refusals.slice(-1)]) {
    const at = steps.findLastIndex((step) => step.at <= time)
    if (at >= 0) moments.set(at, time)
  }
  moments.set(steps.length - 1, Infinity)
  return moments
}

/** What is wrong with what is left on a disk at a moment. */
async function found(disk: Disk, from: string, left: Left, { entries }: Ledger, until: number) {
  const { path, clean } = temporaryDirectory()
  try {
    disk.restore(from, path, left)
    return [...(await ailments(path, false)), ...wrongs(path, entries, until)]
  } finally {
    clean()
  }
}
