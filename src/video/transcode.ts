import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Blobs } from '../blob/blob.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import type { Log } from '../http/server/log.ts'
import type { Media } from '../media/media.ts'
import type { Job } from '../store/media.ts'
import type { Store } from '../store/store.ts'
import { failureOf } from './failure.ts'

/** Works off the jobs in the store, one for each core, as long as there are any. */
export interface Transcoder {
  /** Takes up the jobs that a dead server left behind. */
  start(): void
  /** To be called when a job was added. */
  wake(): void
  /** Resolves when no job runs any more; what was under way is taken up by the next server. */
  close(): Promise<void>
}

interface Services {
  readonly store: Store
  readonly blobs: Blobs
  readonly media: Media
  readonly log: Log
}

/** A job that failed is tried once more: a child may have been killed for lack of memory. */
const tries = 2

/** What is no fault of the file and passes: the job waits for it, however long it takes. */
const passing = new Set<unknown>(['busy', 'storage_full'] satisfies ErrorCode[])

/**
 * Makes a transcoder that does nothing until started or woken.
 * @param pause ms between two looks whether what a job waits for has passed
 */
export function createTranscoder(services: Services, pause = 15_000): Transcoder {
  const { store, blobs, log } = services
  const workers = new Set<Promise<void>>()
  const stop = new AbortController()
  let missed = false

  /** @throws AppError unavailable, when the server stops */
  const patiently = async <T>(attempt: () => Promise<T>): Promise<T> => {
    while (!stop.signal.aborted) {
      try {
        return await attempt()
      } catch (error) {
        if (!passing.has((error as Partial<AppError>).code)) throw error
        await sleep(pause, null, { signal: stop.signal }).catch(() => null)
      }
    }
    throw new AppError('unavailable')
  }

  const work = async () => {
    const claim = () => patiently(store.jobs.claim)
    for (let job = await claim(); job !== null; job = await claim()) await run(job)
  }
  const run = async (job: Job) => {
    try {
      await patiently(() => transcode(services, job, failing))
    } catch (error) {
      const refusal = error instanceof AppError ? error : new AppError('internal')
      // The server stops: the next one finds the job where it was.
      if (refusal.code === 'unavailable') return
      if (refusal.code === 'internal') log.failure(`transcode ${job.mediaId}`, error)
      const again = refusal.code !== 'media_gone' && job.tries + 1 < tries
      await patiently(() => store.jobs.fail(job.mediaId, failureOf(refusal), again).catch(failing))
      // Nobody will ask for the upload again.
      if (!again) await blobs.remove(job.source)
    }
  }

  /** A disk that fails now may not do so later: a job must not stay `running` till the next start. */
  const failing = (error: unknown): never => {
    if (error instanceof AppError) throw error
    log.failure('transcode', error)
    throw new AppError('busy')
  }

  const wake = () => {
    // Who is about to go home may not have seen the job.
    missed ||= workers.size >= availableParallelism()
    if (missed || stop.signal.aborted) return
    follow(work())
  }
  const follow = (work: Promise<void>) => {
    const worker = work
      .catch((error) => {
        if (error?.code !== 'unavailable') log.failure('transcode', error)
      })
      .finally(() => {
        workers.delete(worker)
        if (!missed) return
        missed = false
        wake()
      })
    workers.add(worker)
  }
  const recover = async () => {
    const left = await patiently(store.jobs.recover)
    for (let i = 0; i < Math.max(left, 1); i++) wake()
  }

  return {
    start: () => follow(recover()),
    wake,
    async close() {
      stop.abort()
      await Promise.all(workers)
    },
  }
}

/** Makes the rendition of a job, and the works that show it visible; `failing` hears of the store. */
async function transcode(
  { store, blobs, media }: Services,
  job: Job,
  failing: (error: unknown) => never,
): Promise<void> {
  const target = blobs.scratch()
  try {
    if (!(await blobs.open(job.source))) throw new AppError('media_gone')
    const source = blobs.localPath(job.source)
    const rendition = await media.render(source, await media.inspect(source), target)
    await blobs.put(job.video, target)
    await store.jobs.finish(job.mediaId, rendition).catch(async (error) => {
      // Whether a commit that the disk failed is there after a crash nobody knows: the file stays.
      if (error instanceof AppError) await blobs.remove(job.video)
      failing(error)
    })
    await blobs.remove(job.source)
  } finally {
    await rm(target, { force: true })
  }
}
