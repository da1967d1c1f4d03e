import type { Context } from '../context.ts'
import { missingFiles, unownedFiles } from './files.ts'

const sweepIntervalMs = 60 * 60 * 1000

/** A file younger than this may belong to an upload whose row is still to come. */
export const minUnownedAgeMs = 60 * 60 * 1000

type Ports = Pick<Context, 'store' | 'blobs' | 'log'>

/**
 * Sweeps now and every hour: ends removals of videos that were cut short, removes files that no row
 * owns (a crash between file and row leaves some), reports rows whose files are gone, and deletes
 * expired sessions.
 * @param since Unix ms from which on nobody but this process has written files, if that is known:
 *   then the first sweep removes everything older than that, however young
 * @returns a function that stops it
 */
export function sweepHourly(ports: Ports, since?: number): () => void {
  const run = (before?: number) =>
    sweep(ports, before).catch((error) => ports.log.failure('sweep', error))
  void run(since)
  const timer = setInterval(run, sweepIntervalMs)
  return () => clearInterval(timer)
}

async function sweep(ports: Ports, before = Date.now() - minUnownedAgeMs): Promise<void> {
  const { store, blobs, log } = ports
  for (const id of await store.videos.removals())
    for (const name of await store.videos.finishRemoval(id)) await blobs.remove(name)
  let removed = 0
  for await (const name of unownedFiles(ports, before)) {
    await blobs.remove(name)
    removed++
  }
  if (removed > 0) log.note(`removed ${removed} files that no video owns`)
  for await (const { name } of missingFiles(ports)) log.failure('sweep', `${name} is missing`)
  await store.sessions.sweep(Date.now())
}
