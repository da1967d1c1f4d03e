import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { MediaTrouble } from '../../media/media.ts'
import type { Finished, Job } from '../../store/media.ts'
import type { DiskSpace } from '../disk-space.ts'
import { failureOf, isVerdict, reasonOf } from './failure.ts'
import { nextTry } from './retry.ts'
import type { WorkRate } from './work-rate.ts'

export type JobPorts = Pick<Context, 'store' | 'blobs' | 'media' | 'log'> & {
  readonly workRate: WorkRate
  readonly diskSpace: DiskSpace
}

/**
 * Does a job that was claimed and ends it, in the store too: done, refused by a verdict on the bytes,
 * or put back because of trouble that isn't the file's.
 * @throws AppError unavailable, as the server stops: the next one resumes the job; whatever the store
 *   throws if it can't write
 */
export async function doJob(ports: JobPorts, job: Job): Promise<void> {
  const { store, blobs, log } = ports
  try {
    await steps[job.kind](ports, job)
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') throw error
    if (isVerdict(error) || isGone(error)) {
      await store.jobs.fail(job.mediaId, failureOf(error))
      // Nothing needs the upload any more.
      if (job.kind === 'render') await blobs.remove(job.source)
      return
    }
    const now = Date.now()
    const nextAt = nextTry(job, now)
    const reason = reasonOf(error)
    const when =
      nextAt === null ? 'until it is asked for' : `until ${new Date(nextAt).toISOString()}`
    log.note(`the ${job.kind} of media ${job.mediaId} is delayed ${when}: ${reason}`)
    // What ran out of time gets more the next time.
    const more = error instanceof MediaTrouble && error.kind === 'timeout' ? 2 : 1
    await store.jobs.delay(job.mediaId, { reason, nextAt, seconds: job.seconds * more })
  }
}

const isGone = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'media_gone'

const steps: Record<Job['kind'], (ports: JobPorts, job: Job) => Promise<void>> = {
  /** Makes the rendition of an upload, and visible the works that show it. */
  render: (ports, job) => makeVideo(ports, job, job.video),

  /** Decodes a published copy; with errors in it a transcode that conceals them has to replace it. */
  async check({ store, blobs, media, workRate }, job) {
    const path = await localPath(blobs, job)
    const inspection = await media.inspect(path)
    const isWhole = await media.verify(path, inspection, job.seconds)
    if (isWhole) await store.jobs.finish(job.mediaId, null)
    else await store.jobs.replace(job.mediaId, await workRate.secondsFor(inspection))
  },

  /**
   * Makes a transcode of a published copy under a new name, since players keep what they have of a
   * name for good. Who plays the old file may go on: a sweep takes it away later.
   */
  replace: (ports, job) => makeVideo(ports, job, `videos/${nanoid()}.mp4`),
}

async function makeVideo(ports: JobPorts, job: Job, video: string): Promise<void> {
  const { store, blobs, media } = ports
  const source = await localPath(blobs, job)
  const scratch = { video: blobs.scratch(), cover: blobs.scratch() }
  const cover = `covers/${nanoid()}.jpg`
  try {
    const inspection = await media.inspect(source)
    if (job.unseen) await media.cover(source, inspection, scratch.cover)
    const conceal = job.kind === 'replace'
    const maxBytes = await ports.diskSpace.ceiling()
    const options = { seconds: job.seconds, conceal, maxBytes }
    const { cpuMs, ...rendition } = await media.render(source, inspection, scratch.video, options)
    if (conceal || !inspection.keepsVideo) {
      await ports.workRate.observe(inspection, cpuMs)
    }
    if (job.unseen) await blobs.put(cover, scratch.cover)
    await blobs.put(video, scratch.video)
    const seen = job.unseen ? { cover, codec: inspection.video.codec } : {}
    await settle({ ...rendition, ...seen, video })
  } finally {
    await Promise.all([rm(scratch.video, { force: true }), rm(scratch.cover, { force: true })])
  }
  async function settle(made: Finished): Promise<void> {
    try {
      const unowned = await store.jobs.finish(job.mediaId, made)
      for (const name of unowned) {
        if (name === job.video) await blobs.retire(name)
        else await blobs.remove(name)
      }
    } catch (error) {
      // After a failure of the disk nobody knows whether the commit will be there: the files stay.
      if (error instanceof AppError) {
        await blobs.remove(video)
        if (job.unseen) await blobs.remove(cover)
      }
      throw error
    }
  }
}

/** @throws AppError media_gone */
async function localPath(blobs: JobPorts['blobs'], job: Job): Promise<string> {
  if (!(await blobs.open(job.source))) throw new AppError('media_gone')
  return blobs.localPath(job.source)
}
