import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Config } from '../../config.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { hashFile } from '../../lib/file.ts'
import { formatSize } from '../../lib/units.ts'
import { type Inspection, MediaTrouble, type Rendition } from '../../media/media.ts'
import type { Finished, Job, NewJob } from '../../store/media.ts'
import type { DiskSpace } from '../disk-space.ts'
import { failureOf, isForAuthor, isOfSettings, isVerdict, reasonOf } from './failure.ts'
import { followUp } from './follow-up.ts'
import { dayMs, nextTry } from './retry.ts'
import type { WorkRate } from './work-rate.ts'

export type JobPorts = Pick<Context, 'store' | 'blobs' | 'media' | 'log'> & {
  readonly workRate: WorkRate
  readonly diskSpace: DiskSpace
  readonly config: Pick<Config, 'quota'>
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
    const trouble = isVerdict(error) ? await doubtOf(blobs, job) : error
    if (isVerdict(error) && trouble === null) {
      await store.jobs.fail(job, failureOf(error))
      // Nothing needs the upload any more.
      if (job.kind === 'render') await blobs.remove(job.source)
      return
    }
    await delay({ store, log }, job, trouble)
  }
}

/** Puts a job back that ended in trouble. */
async function delay(
  { store, log }: Pick<JobPorts, 'store' | 'log'>,
  job: Job,
  trouble: unknown,
): Promise<void> {
  const nextAt = nextTry(job, Date.now(), isOfSettings(trouble) ? dayMs : 0)
  const reason = reasonOf(trouble)
  // What ran out of time gets more the next time.
  const isLate = trouble instanceof MediaTrouble && trouble.kind === 'timeout'
  const seconds = isLate ? Math.max(job.seconds, minRetrySeconds) * 2 : job.seconds
  const told = isForAuthor(trouble) ? { failure: failureOf(trouble) } : {}
  const isThere = await store.jobs.delay(job, { reason, nextAt, seconds, ...told })
  if (!isThere) return
  const when = nextAt === null ? 'until it is asked for' : `until ${new Date(nextAt).toISOString()}`
  log.note(`the ${job.kind} of media ${job.mediaId} is delayed ${when}: ${reason}`)
}

/** What ran out of time was expected to take at least this, whatever its file said. */
const minRetrySeconds = 30

/**
 * Why what an engine said about an upload is no verdict: it read other bytes than those that came, or
 * none, or another one made a rendition of them before. Null if nothing speaks against it.
 */
async function doubtOf(blobs: JobPorts['blobs'], job: Job): Promise<Error | null> {
  if (job.kind !== 'render') return null
  if (job.wasReady) return new Error('this ffmpeg takes for damaged what was converted before')
  try {
    const hash = await hashFile(await localPath(blobs, job))
    return hash === job.sourceHash ? null : new Error(`${job.source} has changed on the disk`)
  } catch (error) {
    return error as Error
  }
}

const steps: Record<Job['kind'], (ports: JobPorts, job: Job) => Promise<void>> = {
  /** Makes the rendition of an upload, and visible the works that show it. */
  render: (ports, job) => makeVideo(ports, job, job.video),

  /** Decodes a published copy; with errors in it a transcode that conceals them has to replace it. */
  async check({ store, blobs, media, workRate }, job) {
    const path = await localPath(blobs, job)
    const inspection = await media.inspect(path)
    const isWhole = await media.verify(path, inspection, job.seconds)
    // What vanished while it was read seems to have no keyframes, for one.
    await localPath(blobs, job)
    if (isWhole) await store.jobs.finish(job, null)
    else await store.jobs.replace(job, await workRate.secondsFor(inspection))
  },

  /**
   * Makes a transcode of a published copy under a new name, since players keep what they have of a
   * name for good. Who plays the old file may go on: a sweep takes it away later.
   */
  replace: (ports, job) => makeVideo(ports, job, `videos/${nanoid()}.mp4`),
}

async function makeVideo(ports: JobPorts, job: Job, video: string): Promise<void> {
  const { store, blobs, media, workRate } = ports
  const source = await localPath(blobs, job)
  const scratch = { video: blobs.scratch(), cover: blobs.scratch() }
  const cover = `covers/${nanoid()}.jpg`
  try {
    const inspection = await media.inspect(source)
    if (job.unseen) await media.cover(source, inspection, scratch.cover)
    const { cpuMs, ...rendition } = await renderWithin(ports, job, inspection, scratch.video)
    if (job.kind === 'replace' || !inspection.keepsVideo) {
      await workRate.observe(inspection, cpuMs)
    }
    const next = job.kind === 'render' ? await followUp(workRate, inspection) : null
    if (job.unseen) await blobs.put(cover, scratch.cover)
    await blobs.put(video, scratch.video)
    const seen = job.unseen ? { cover, codec: inspection.video.codec } : {}
    await settle({ ...rendition, ...seen, video }, next)
  } finally {
    await Promise.all([rm(scratch.video, { force: true }), rm(scratch.cover, { force: true })])
  }
  async function settle(made: Finished, next: NewJob | null): Promise<void> {
    try {
      const unowned = await store.jobs.finish(job, made, next)
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

/**
 * Renders the source of a job, within what its author may still store: a transcode can be far larger
 * than the upload that was counted. @throws AppError quota_exceeded, storage_full, and those of render
 */
async function renderWithin(
  { store, blobs, media, diskSpace, config: { quota } }: JobPorts,
  job: Job,
  inspection: Inspection,
  target: string,
): Promise<Rendition> {
  const tooMuch = () => new AppError('quota_exceeded', { max: formatSize(quota) })
  const ceiling = await diskSpace.ceiling()
  const room = quota === 0 ? ceiling : await store.jobs.room(job, quota)
  if (room <= 0) throw tooMuch()
  const maxBytes = Math.min(ceiling, room)
  const options = { seconds: job.seconds, conceal: job.kind === 'replace', maxBytes }
  try {
    return await media.render(blobs.localPath(job.source), inspection, target, options)
  } catch (error) {
    const isFull = error instanceof AppError && error.code === 'storage_full'
    throw isFull && room < ceiling ? tooMuch() : error
  }
}

/** @throws Error if the file isn't there, whole: its disk may be there again later */
async function localPath(blobs: JobPorts['blobs'], { source, size }: Job): Promise<string> {
  const file = await blobs.open(source)
  if (file?.size !== size) throw new Error(`${source} is ${file ? 'incomplete' : 'missing'}`)
  return blobs.localPath(source)
}
