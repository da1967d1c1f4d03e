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

/** Does the jobs in the store, one per core at a time, as long as there are any. */
export interface Transcoder {
  /** Resumes the jobs that a killed server left. */
  start(): void
  /** To be called when a job was added. */
  wake(): void
  /** Resolves when no job runs any more; one that was not done is resumed by the next server. */
  close(): Promise<void>
}

interface Services {
  readonly store: Store
  readonly blobs: Blobs
  readonly media: Media
  readonly log: Log
}

/** A job that failed is tried once more: its process may have been killed for lack of memory. */
const maxTries = 2

/** Failures that are no fault of the file and go away: the job is retried until they have. */
const temporary = new Set<unknown>(['busy', 'storage_full'] satisfies ErrorCode[])

/** Makes a transcoder that does nothing until started or woken. */
export function createTranscoder(services: Services, retryPauseMs = 15_000): Transcoder {
  const { store, blobs, log } = services
  const workers = new Set<Promise<void>>()
  const stop = new AbortController()
  /** Whether a job came while every worker was busy, which may be about to end. */
  let missed = false

  /** Tries again as long as the failure is temporary. @throws AppError unavailable, on close */
  const retry = async <T>(attempt: () => Promise<T>): Promise<T> => {
    while (!stop.signal.aborted) {
      try {
        return await attempt()
      } catch (error) {
        if (!temporary.has((error as Partial<AppError>).code)) throw error
        await sleep(retryPauseMs, null, { signal: stop.signal }).catch(() => null)
      }
    }
    throw new AppError('unavailable')
  }

  const work = async () => {
    const claim = () => retry(store.jobs.claim)
    for (let job = await claim(); job !== null; job = await claim()) await run(job)
  }
  const run = async (job: Job) => {
    try {
      await retry(() => transcode(services, job, storeFailed))
    } catch (error) {
      const refusal = error instanceof AppError ? error : new AppError('internal')
      // The server stops: the next one resumes the job.
      if (refusal.code === 'unavailable') return
      if (refusal.code === 'internal') log.failure(`transcode ${job.mediaId}`, error)
      const again = refusal.code !== 'media_gone' && job.tries + 1 < maxTries
      await retry(() => store.jobs.fail(job.mediaId, failureOf(refusal), again).catch(storeFailed))
      // Nothing needs the upload any more.
      if (!again) await blobs.remove(job.source)
    }
  }

  /**
   * Makes a failure of the disk a temporary one: it may work later, and a job must not stay `running`
   * until the next start.
   */
  const storeFailed = (error: unknown): never => {
    if (error instanceof AppError) throw error
    log.failure('transcode', error)
    throw new AppError('busy')
  }

  const wake = () => {
    // A worker that is about to end may not have seen the job.
    missed ||= workers.size >= availableParallelism()
    if (missed || stop.signal.aborted) return
    track(work())
  }
  const track = (work: Promise<void>) => {
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
    const left = await retry(store.jobs.recover)
    for (let i = 0; i < Math.max(left, 1); i++) wake()
  }

  return {
    start: () => track(recover()),
    wake,
    async close() {
      stop.abort()
      await Promise.all(workers)
    },
  }
}

/** Makes the rendition of a job, and visible the works that show it. */
async function transcode(
  { store, blobs, media }: Services,
  job: Job,
  storeFailed: (error: unknown) => never,
): Promise<void> {
  const target = blobs.scratch()
  try {
    if (!(await blobs.open(job.source))) throw new AppError('media_gone')
    const source = blobs.localPath(job.source)
    const rendition = await media.render(source, await media.inspect(source), target)
    await blobs.put(job.video, target)
    await store.jobs.finish(job.mediaId, rendition).catch(async (error) => {
      // After a failure of the disk nobody knows whether the commit will be there: the file stays.
      if (error instanceof AppError) await blobs.remove(job.video)
      storeFailed(error)
    })
    await blobs.remove(job.source)
  } finally {
    await rm(target, { force: true })
  }
}
