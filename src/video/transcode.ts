import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Blobs } from '../blob/blob.ts'
import { AppError, type ErrorCode, isErrorCode } from '../errors.ts'
import type { Log } from '../http/log.ts'
import type { Media } from '../media/media.ts'
import type { Job } from '../store/jobs.ts'
import type { Store } from '../store/store.ts'

/** Works off the jobs in the store, one for each core, as long as there are any. */
export interface Transcoder {
  /** Takes up the jobs that a dead server left behind. */
  start(): Promise<void>
  /** To be called when a job was added. */
  wake(): void
  /** Resolves when no job runs any more; what was under way is taken up by the next server. */
  close(): Promise<void>
}

/** A job that failed is tried once more: a child may have been killed for lack of memory. */
const tries = 2

/** Makes a transcoder that does nothing until started or woken. */
export function createTranscoder(services: {
  store: Store
  blobs: Blobs
  media: Media
  log: Log
}): Transcoder {
  const { store, log } = services
  const workers = new Set<Promise<void>>()
  let closed = false

  const work = async () => {
    for (let job = await claim(); job !== null; job = await claim()) await run(services, job)
  }
  const claim = async () => (closed ? null : store.jobs.claim())

  const wake = () => {
    if (closed || workers.size >= availableParallelism()) return
    const worker = work()
      .catch((error) => log.failure('transcode', error))
      .finally(() => workers.delete(worker))
    workers.add(worker)
  }

  return {
    async start() {
      const left = await store.jobs.recover()
      for (let i = 0; i < Math.max(left, 1); i++) wake()
    },
    wake,
    async close() {
      closed = true
      await Promise.all(workers)
    },
  }
}

/** The refusal that ended a job, from its code in the store. */
export function refusalOf(failure: string | null): AppError {
  return new AppError(failure !== null && isErrorCode(failure) ? failure : 'video_damaged')
}

async function run(
  { store, blobs, media, log }: Parameters<typeof createTranscoder>[0],
  job: Job,
): Promise<void> {
  const target = blobs.scratch()
  try {
    const source = blobs.localPath(job.source)
    const rendition = await media.render(source, await media.inspect(source), target)
    await blobs.put(job.video, target)
    await store.jobs.finish(job.mediaId, rendition).catch(async (error) => {
      await blobs.remove(job.video)
      throw error
    })
    await blobs.remove(job.source)
  } catch (error) {
    const code: ErrorCode = error instanceof AppError ? error.code : 'internal'
    // The server stops: the next one finds the job where it was.
    if (code === 'unavailable') return
    if (code === 'internal') log.failure(`transcode ${job.mediaId}`, error)
    if (code !== 'media_gone') await store.jobs.fail(job.mediaId, code, job.tries + 1 < tries)
  } finally {
    await rm(target, { force: true })
  }
}
