import type { Blobs } from '../blob/blob.ts'
import type { Log } from '../http/server/log.ts'
import type { Store } from '../store/store.ts'
import { missingFiles, unownedFiles } from './files.ts'

/** ms between two sweeps. */
const interval = 60 * 60 * 1000

/** A file younger than this may be that of an upload whose row is still to come. */
export const youth = 60 * 60 * 1000

/** What a sweep did and found. */
export interface Swept {
  readonly removed: number
  /** Blob names that a row owns and the store hasn't got. */
  readonly missing: readonly string[]
}

/**
 * Removes files older than `before` that no row owns (a crash between file and row leaves some) and
 * reports rows whose files are gone. Holds a few hundred names at a time, however many there are.
 */
export async function sweep(
  services: { store: Store; blobs: Blobs },
  before = Date.now() - youth,
): Promise<Swept> {
  let removed = 0
  for await (const name of unownedFiles(services, before)) {
    await services.blobs.remove(name)
    removed++
  }
  const missing: string[] = []
  for await (const { name } of missingFiles(services)) missing.push(name)
  return { removed, missing }
}

/**
 * Sweeps now and every hour, and says what it found, until the answer is called.
 * @param since if given, whatever is older and has no row was left by the dead: nobody but this
 *   process writes files, and it began only then
 */
export function sweepHourly(
  services: { store: Store; blobs: Blobs; log: Log },
  since?: number,
): () => void {
  const run = async (before?: number) => {
    const { removed, missing } = await sweep(services, before)
    if (removed > 0) services.log.note(`removed ${removed} files that no video owns`)
    for (const name of missing) services.log.failure('sweep', `${name} is missing`)
    await services.store.sessions.sweep(Date.now())
  }
  const tick = (before?: number) =>
    run(before).catch((error) => services.log.failure('sweep', error))
  tick(since)
  const timer = setInterval(tick, interval)
  return () => clearInterval(timer)
}
