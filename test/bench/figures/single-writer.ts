import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import type { Case } from '../cases/cases.ts'
import { type Comparison, median } from '../cases/compare.ts'
import { type Figure, fine } from '../report/report.ts'

/** One connection that waits for each response: it pays one commit, and doesn't wait for others. */
export function singleWriter(
  { directory }: Bench,
  one: Case,
  { ours, bare }: NonNullable<Comparison['single']>,
): Figure {
  const commitMs = syncedCommitMs(directory)
  return {
    name: `${one.name}, one connection: p50`,
    value: ours.p50 / commitMs,
    unit: '× a synced commit',
    bar: { most: 2.5 },
    from: `${fine(ours.p50)} ms, a synced commit of one row ${fine(commitMs)} ms, bare ${fine(bare.p50)} ms, p99 ${fine(ours.p99)} ms`,
  }
}

/** ms of a commit of one row with `synchronous=FULL`, in a database of its own on the same disk. */
function syncedCommitMs(directory: string): number {
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
