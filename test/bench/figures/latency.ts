import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { Case } from '../cases/cases.ts'
import { type Comparison, connections, median } from '../cases/compare.ts'
import { drive } from '../load/drive.ts'
import { pace } from '../load/pace.ts'
import { type Figure, fine } from '../report/report.ts'
import type { Bench } from '../run.ts'
import type { Measured } from '../servers/process.ts'
import { writeRequests } from '../world/cast.ts'

/** One connection that waits for each answer: it is to pay one commit and no waiting for others. */
export function singleWriter(
  { directory }: Bench,
  one: Case,
  { ours, bare }: NonNullable<Comparison['single']>,
): Figure {
  const commit = commitTime(directory)
  const synced = `a synced commit of one row ${fine(commit)} ms`
  return {
    name: `${one.name}, one connection: p50`,
    value: ours.p50,
    unit: 'ms',
    bar: { most: Number((bare.p50 + 2 * commit).toPrecision(3)) },
    from: `bare ${fine(bare.p50)} ms, ${synced}, p99 ${fine(ours.p99)} ms`,
  }
}

/** ms in which what the full load left behind gets to the disk, since half of it leaves no such thing. */
const rest = 2_000

/** Seconds of half load, at least: the server commits every ten, and that has to be in it. */
const halfSeconds = 14

/**
 * p99 over p50 when half as much comes in as could be done. Where even that was too much, because
 * something else took the machine meanwhile, it is tried again.
 */
export async function halfLoad(
  { directory, options }: Bench,
  server: Measured,
  one: Case,
): Promise<Figure> {
  const { seconds } = options
  const attempt = async () => {
    const file = await writeRequests(directory, one.requests())
    const full = await drive(server.url, file, { connections, seconds, check: true })
    await writeRequests(directory, one.requests())
    await Bun.sleep(options.short ? 0 : rest)
    const load = { url: server.url, file, rate: full.rate / 2, connections }
    const paced = await pace({ ...load, seconds: options.short ? seconds : halfSeconds })
    return { asked: load.rate, ...paced }
  }
  let half = await attempt()
  for (let tries = 1; tries < 4 && fellBehind(half); tries++) half = await attempt()
  const kept = fellBehind(half) ? 'fell behind at' : 'kept up with'
  return {
    name: `${one.name}, half load: p99 / p50`,
    value: fellBehind(half) ? Number.NaN : half.p99 / half.p50,
    unit: '×',
    bar: { most: 5 },
    from: `${kept} ${fine(half.asked)}/s, p50 ${fine(half.p50)} ms, p99 ${fine(half.p99)} ms`,
  }
}

const fellBehind = ({ asked, rate }: { asked: number; rate: number }) => rate < asked * 0.9

/** How much longer reads take while writes come in as fast as they are answered. */
export async function readsBesideWrites(
  { directory, options }: Bench,
  server: Measured,
  read: Case,
  writes: readonly Case[],
): Promise<Figure[]> {
  const { seconds } = options
  const reads = join(directory, 'reads.txt')
  await Bun.write(reads, `${read.requests().join('\n')}\n`)
  const load = { connections, seconds, check: false }
  const slow = { url: server.url, file: reads, rate: 100, connections: 16, seconds }
  const besideWrites = async <T>(run: () => Promise<T>) => {
    const all = writes.flatMap((one) => one.requests())
    const mixed = all.map((_, at) => all[(at * 1009) % all.length]!)
    const file = await writeRequests(directory, mixed)
    const writing = drive(server.url, file, { connections, seconds: seconds + 1, check: false })
    await Bun.sleep(200)
    const result = await run()
    return [result, await writing] as const
  }
  const full = await drive(server.url, reads, load)
  const [beside, written] = await besideWrites(() => drive(server.url, reads, load))
  const few = await pace(slow)
  const [fewBeside, fewWritten] = await besideWrites(() => pace(slow))
  return [
    {
      name: `${read.name}, beside writes, both at 64 connections: p99`,
      value: beside.p99 / full.p99,
      unit: '× idle',
      bar: { most: 3 },
      from: `${fine(full.p99)} → ${fine(beside.p99)} ms, ${fine(full.rate)} → ${fine(beside.rate)} reads/s, ${fine(written.rate)} writes/s`,
    },
    {
      name: `${read.name}, 100/s beside writes at 64 connections: p99`,
      value: fewBeside.p99 / few.p99,
      unit: '× idle',
      bar: null,
      from: `${fine(few.p99)} → ${fine(fewBeside.p99)} ms, ${fine(fewWritten.rate)} writes/s`,
    },
  ]
}

/** ms of a commit of one row with `synchronous=FULL`, in a database of its own on the same disk. */
function commitTime(directory: string): number {
  using database = new Database(join(directory, `commit-${Bun.nanoseconds()}.db`))
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = FULL')
  database.run('CREATE TABLE t (a INTEGER)')
  const insert = database.prepare('INSERT INTO t VALUES (1)')
  const times = Array.from({ length: 200 }, () => {
    const started = performance.now()
    insert.run()
    return performance.now() - started
  })
  return median(times)
}
