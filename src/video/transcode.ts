import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import { createQueue } from '../lib/queue.ts'
import type { Job } from '../store/media.ts'
import { failureOf } from './failure.ts'

/** A job that failed is tried once more: its process may have been killed for lack of memory. */
const maxTries = 2

/** Failures that are no fault of the file and go away: the job is retried until they have. */
const temporary = new Set<unknown>(['busy', 'storage_full'] satisfies ErrorCode[])

export type Transcoder = ReturnType<typeof createTranscoder>

/**
 * Makes what does the jobs in the store, one per core at a time, as long as there are any. It does
 * nothing until started or woken.
 */
export function createTranscoder(
  { store, blobs, media, log }: Pick<Context, 'store' | 'blobs' | 'media' | 'log'>,
  retryPauseMs = 15_000,
) {
  const stop = new AbortController()
  const running = new Set<Promise<void>>()
  // One worker that waits is enough: it looks for jobs after another one has found no more.
  const workers = createQueue({ size: availableParallelism(), waiting: 1 })

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

  /**
   * Makes a failure of the disk a temporary one: it may work later, and a job must not stay `running`
   * until the next start.
   */
  const storeFailed = (error: unknown): never => {
    if (error instanceof AppError) throw error
    log.failure('transcode', error)
    throw new AppError('busy')
  }

  /** Does jobs until there are no more. */
  const work = async () => {
    const claim = () => retry(store.jobs.claim)
    for (let job = await claim(); job !== null; job = await claim()) await run(job)
  }

  const run = async (job: Job) => {
    try {
      await retry(() => transcode(job))
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

  /** Makes the rendition of a job, and visible the works that show it. */
  const transcode = async (job: Job): Promise<void> => {
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

  const track = (task: Promise<void>) => {
    const tracked = task
      .catch((error) => {
        // `busy`: somebody waits already.
        if (!['busy', 'unavailable'].includes(error?.code)) log.failure('transcode', error)
      })
      .finally(() => running.delete(tracked))
    running.add(tracked)
  }
  const wake = () => track(workers.run(work))
  const recover = async () => {
    const left = await retry(store.jobs.recover)
    for (let i = 0; i < Math.max(left, 1); i++) wake()
  }

  return {
    /** Resumes the jobs that a killed server left. */
    start: () => track(recover()),
    /** To be called when a job was added. */
    wake,
    /** Resolves when no job runs any more; one that was not done is resumed by the next server. */
    async close() {
      stop.abort()
      workers.close()
      await Promise.all(running)
    },
  }
}
