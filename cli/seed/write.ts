import type { Progress } from '../lib/progress.ts'

/** A commit of this size takes some 20 ms, so a server beside it stays responsive. */
const rowsPerCommit = 4_000

/** How long the database is left to other processes after each commit. */
const pauseMs = 5

/** Writes the rows of one kind in short commits; returns the results of the writes. */
export async function writeAll<R, T>(
  progress: Progress,
  label: string,
  total: number,
  rows: Iterable<R>,
  write: (rows: readonly R[]) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let gathered: R[] = []
  progress.start(label, total)
  const flush = async () => {
    results.push(await write(gathered))
    progress.advance(gathered.length)
    gathered = []
  }
  for (const row of rows) {
    gathered.push(row)
    if (gathered.length < rowsPerCommit) continue
    await flush()
    await Bun.sleep(pauseMs)
  }
  if (gathered.length > 0) await flush()
  progress.stop()
  return results
}

/** Some 300 busy users: few enough for one index to stay together, enough for the other. */
const rowsPerRun = 65_536

/**
 * Sorts rows that come user by user by what they point to, run by run. Each commit then changes few
 * pages of both indexes, of the users and of what they point to: a quarter of the bytes to write.
 */
export function* inRuns<R>(rows: Iterable<R>, target: (row: R) => number): Iterable<R> {
  let gathered: R[] = []
  for (const row of rows) {
    gathered.push(row)
    if (gathered.length < rowsPerRun) continue
    yield* gathered.sort((a, b) => target(a) - target(b))
    gathered = []
  }
  yield* gathered.sort((a, b) => target(a) - target(b))
}
