import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Disk, recording, type Step, stepsOf } from '../support/crash/replay.ts'
import { traceable, traced } from '../support/crash/strace.ts'
import { ailments, completed, wrongs } from '../support/crash/verify.ts'
import { createLedger, settle, unthrottled, write } from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 3_600_000 : 120_000)

const points = long ? 100 : 8

// A disk forgets what was not synced, and keeps some of it, in any order. Whatever was acknowledged before the moment of the cut must be
// in what it remembers: a sync that is missing, or one that comes after the answer, shows here.
describe.skipIf(!traceable)('a power cut', () => {
  test(`at ${points} moments leaves all that was acknowledged by then`, async () => {
    const { path, clean } = temporaryDirectory()
    try {
      const recorded = join(path, 'data')
      mkdirSync(recorded)
      const ledger = createLedger()
      const steps = await record(recorded, join(path, 'trace'), ledger)
      const turns = turnsOf(steps)
      for (const [what, found] of Object.entries(turns)) {
        expect(found.length, what).toBeGreaterThan(0)
      }
      const moments = new Set([
        ...Object.values(turns).flatMap((found) => sample(found, long ? 10 : 2)),
        ...spread(steps, points),
      ])
      const disk = new Disk()
      let checked = 0
      for (const [at, step] of steps.entries()) {
        disk.apply(step)
        if (!moments.has(at)) continue
        for (const left of ['synced', 'torn'] as const) {
          const data = join(path, `cut-${checked}-${left}`)
          mkdirSync(data)
          disk.restore(recorded, data, left)
          const by = { at, of: steps.length, left }
          if (readdirSync(data).includes('douyin.db')) {
            const found = await ailments(data, false)
            expect({ by, found }).toEqual({ by, found: [] })
            const wrong = wrongs(data, ledger.entries, step.at)
            expect({ by, wrong }).toEqual({ by, wrong: [] })
          } else {
            const heard = ledger.entries.filter((entry) => (entry.heard ?? Infinity) <= step.at)
            expect({ by, heard }).toEqual({ by, heard: [] })
          }
          rmSync(data, { recursive: true })
        }
        checked++
      }
      const acknowledged = ledger.entries.filter(({ heard }) => heard !== null).length
      const syncs = steps.filter(({ call }) => call === 'sync').length
      console.log(
        `      ${checked} cuts in ${steps.length} calls, ${syncs} syncs, ${acknowledged} deeds`,
      )
      expect(checked).toBeGreaterThanOrEqual(Math.min(points, steps.length))
      expect(acknowledged).toBeGreaterThan(50)
    } finally {
      clean()
    }
  })
})

/** Lets writers work on a traced server, from an empty directory on. */
async function record(
  data: string,
  trace: string,
  ledger: ReturnType<typeof createLedger>,
): Promise<Step[]> {
  const common = readFileSync(await clip('h264'))
  const command = traced(recording, trace, program)
  await using server = await spawnServer(command, data, {
    flags: [...unthrottled, '--log', 'off'],
    cwd: '/',
  })
  await settle(server, ledger, 8, common)
  await write(server, ledger, { writers: 8, common, deeds: long ? 150 : 12 }).done
  // When it is quiet the log is copied into the database, and what comes then begins it anew.
  await completed(data, ledger.entries)
  await write(server, ledger, { writers: 8, common, deeds: long ? 50 : 4 }).done
  // Its end is a part of it: the last checkpoint rewrites the database.
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
  process.kill(Number(children.trim().split(' ')[0]), 'SIGTERM')
  await until(() => !existsSync(`/proc/${server.pid}`))
  return stepsOf(readFileSync(trace, 'latin1'), data)
}

/** The moments when the log and the database change places. */
function turnsOf(steps: readonly Step[]) {
  const moments = (holds: (step: Step, before: Step | undefined) => boolean) =>
    steps.flatMap((step, at) => (holds(step, steps[at - 1]) ? [at] : []))
  const isDatabase = ({ path }: Step) => path.endsWith('/douyin.db')
  const isLog = ({ path }: Step) => path.endsWith('/douyin.db-wal')
  return {
    'in the middle of a checkpoint': moments((step) => step.call === 'write' && isDatabase(step)),
    'after a checkpoint': moments((step) => step.call === 'sync' && isDatabase(step)),
    'after the log was emptied': moments(
      (step) => (step.call === 'truncate' || step.call === 'unlink') && isLog(step),
    ),
    'after the log was begun anew': moments(
      (step) => step.call === 'write' && isLog(step) && step.offset === 0,
    ),
  }
}

/** So many of a list, evenly. */
const sample = (list: readonly number[], amount: number): number[] =>
  list.filter((_, at) => list.length <= amount || at % Math.ceil(list.length / amount) === 0)

/** Moments evenly over all calls, no two the same: right before a sync, right after it, and between. */
function spread(steps: readonly Step[], amount: number): Set<number> {
  const syncs = steps.flatMap(({ call }, at) => (call === 'sync' ? [at] : []))
  const moments = new Set<number>()
  for (let n = 0; n < Math.min(amount, steps.length); n++) {
    const sync = syncs[Math.floor((n * syncs.length) / amount)] ?? 0
    const before = steps[sync - 1] ? sync - 1 : sync
    let at = [before, sync, Math.min(sync + 1 + (n % 40), steps.length - 1)][n % 3]!
    while (moments.has(at)) at = (at + 1) % steps.length
    moments.add(at)
  }
  return moments
}
