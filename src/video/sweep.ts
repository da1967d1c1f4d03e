import type { Blobs } from '../blob/blob.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../http/log.ts'
import type { Media, Store } from '../store/store.ts'

/** ms between two sweeps. */
const interval = 60 * 60 * 1000

/** A file younger than this may be that of an upload whose row is still to come. */
const youth = 60 * 60 * 1000

/** Names that are asked for at once. */
const batch = 500

/** What a sweep did and found. */
export interface Swept {
  readonly removed: number
  /** Blob names that a row owns and the store hasn't got. */
  readonly missing: readonly string[]
}

/**
 * Removes files that no row owns (a crash between file and row leaves some) and reports rows whose
 * files are gone. Holds a few hundred names at a time, however many there are.
 */
export async function sweep(
  { store, blobs }: { store: Store; blobs: Blobs },
  now = Date.now(),
): Promise<Swept> {
  let removed = 0
  let names: string[] = []
  const removeUnowned = async () => {
    const owned = await store.videos.ownedAmong(names)
    for (const name of names) {
      if (owned.has(name)) continue
      await blobs.remove(name)
      removed++
    }
    names = []
  }
  for await (const { name, changedAt } of blobs.list()) {
    if (now - changedAt > youth && names.push(name) === batch) await removeUnowned()
  }
  await removeUnowned()
  return { removed, missing: await missingBlobs(store, blobs) }
}

/** Sweeps now and every hour, and says what it found, until the answer is called. */
export function sweepHourly(services: { store: Store; blobs: Blobs; log: Log }): () => void {
  const run = async () => {
    const { removed, missing } = await sweep(services)
    if (removed > 0) services.log.note(`removed ${removed} files that no video owns`)
    for (const name of missing) services.log.failure('sweep', `${name} is missing`)
    await services.store.sessions.sweep(Date.now())
  }
  const tick = () =>
    run().catch((error) => {
      // The store closes: the server ends, or never began.
      if (error instanceof AppError && error.code === 'unavailable') return
      services.log.failure('sweep', error)
    })
  tick()
  const timer = setInterval(tick, interval)
  // A server that could not listen is not to go on for the sake of its files.
  timer.unref()
  return () => clearInterval(timer)
}

async function missingBlobs(store: Store, blobs: Blobs): Promise<string[]> {
  const missing: string[] = []
  for (let afterId = 0; ; ) {
    const rows = await store.videos.mediaAfter(afterId, batch)
    for (const row of rows) {
      for (const name of namesOf(row)) if (!(await blobs.open(name))) missing.push(name)
    }
    const last = rows.at(-1)
    if (!last) return missing
    afterId = last.id
  }
}

/** What a row's state promises to be there. */
function namesOf({ state, video, cover, source }: Media): string[] {
  if (state === 'ready') return [video, cover]
  return source === null ? [cover] : [source, cover]
}
