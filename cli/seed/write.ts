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
