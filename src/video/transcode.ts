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

/** What has nothing to do with the video: such a job is tried until it is done. */
const passing = new Set<ErrorCode>(['storage_full', 'busy'])

/** ms until a job is tried again that failed for such a reason, or its end noted again. */
const pause = 15_000

/** A job that failed is tried once more: a child may have been killed for lack of memory. */
const tries = 2

/** Makes a transcoder that does nothing until started or woken. */
export function createTranscoder(services: Services, wait = pause): Transcoder {
  const { store, log } = services
  const workers = new Set<Promise<void>>()
  const closing = Promise.withResolvers<void>()
  let closed = false

  const work = async () => {
    for (let job = await claim(); job !== null; job = await claim()) {
      const failure = await run(services, job)
      if (failure === null) continue
      const again = passing.has(failure) || job.tries + 1 < tries
      await note(job, failure, again)
      if (passing.has(failure)) await rest()
    }
  }
  /** The disk that was too full for a video may be so for this: the job must not be left running. */
  const note = async (job: Job, failure: ErrorCode, again: boolean) => {
    while (!closed) {
      try {
        return await store.jobs.fail(job.mediaId, failure, again)
      } catch (error) {
        log.failure(`transcode ${job.mediaId}`, error)
        await rest()
      }
    }
  }
  const rest = async () => {
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, wait)
    })
    await Promise.race([over, closing.promise])
    clearTimeout(timer)
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
      closing.resolve()
      await Promise.all(workers)
    },
  }
}

/** The refusal that ended a job, from its code in the store. */
export function refusalOf(failure: string | null): AppError {
  return new AppError(failure !== null && isErrorCode(failure) ? failure : 'video_damaged')
}

interface Services {
  readonly store: Store
  readonly blobs: Blobs
  readonly media: Media
  readonly log: Log
}

/** Does a job; answers why it failed, null if it is done or somebody else's. */
async function run({ store, blobs, media, log }: Services, job: Job): Promise<ErrorCode | null> {
  const target = blobs.scratch()
  try {
    const source = blobs.localPath(job.source)
    const rendition = await media.render(source, await media.inspect(source), target)
    await blobs.put(job.video, target)
    await store.jobs.finish(job.mediaId, rendition).catch(async (error) => {
      // Whether a commit that the disk failed is there after a crash nobody knows: the file stays.
      if (error instanceof AppError) await blobs.remove(job.video)
      throw error
    })
    await blobs.remove(job.source)
    return null
  } catch (error) {
    const code: ErrorCode = error instanceof AppError ? error.code : 'internal'
    // The server stops: the next one finds the job where it was.
    if (code === 'unavailable' || code === 'media_gone') return null
    if (code === 'internal') log.failure(`transcode ${job.mediaId}`, error)
    return code
  } finally {
    await rm(target, { force: true })
  }
}
