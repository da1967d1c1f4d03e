import { rm } from 'node:fs/promises'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { addressOf, type Server } from '../http/endpoint/caller.ts'
import type { EndpointContext } from '../http/endpoint/endpoint.ts'
import { networkOf } from '../http/endpoint/limits.ts'
import { createConcurrencyLimit } from '../lib/turns/concurrency.ts'
import { createAnonymousUploads } from './anonymous.ts'
import type { DiskSpace } from './disk-space.ts'
import { isComplete } from './files.ts'
import { discard, ingest } from './ingest.ts'
import { isVerdict, refusalOf } from './jobs/failure.ts'
import type { Transcoder } from './jobs/transcoder.ts'
import type { WorkRate } from './jobs/work-rate.ts'
import { receiveVideo, type Work } from './upload.ts'

/** What publishing works with. */
export type PublishServices = EndpointContext &
  Pick<Context, 'store' | 'blobs' | 'media'> & {
    readonly transcoder: Pick<Transcoder, 'wake'>
    readonly workRate: WorkRate
    readonly diskSpace: DiskSpace
  }

/** Makes the function that publishes the video in the body of a request. */
export function createPublish(services: PublishServices) {
  const uploads = createConcurrencyLimit(services.config.uploadsPerAddress)
  const anonymous = createAnonymousUploads(services.config.maxUpload)
  /**
   * A video that only has to be repacked is ready, with its cover, when the promise resolves; one
   * that has to be transcoded becomes a job, and visible to others when that is done.
   * @throws AppError of receiveVideo, Media.inspect, Media.render, Blobs.put and Videos.publish;
   *   too_many_requests
   */
  return (request: Request, server: Server | null): Promise<void> =>
    uploads.run(networkOf(addressOf(request, server, services.config)), async () => {
      const path = services.blobs.scratch()
      try {
        const work = await receiveVideo(services, anonymous, request, server, path)
        const known = await publishKnown(services, work)
        if (known !== 'published') await publishNew(services, work, known?.lost ?? null)
      } finally {
        await rm(path, { force: true })
      }
    })
}

/**
 * Publishes bytes that were uploaded before. Null if they are new, or were removed meanwhile; `lost` is
 * the video of the row whose files are gone, as where a disk failed: the upload brings them back.
 */
async function publishKnown(
  { store, blobs, config, transcoder }: PublishServices,
  { authorId, title, source }: Work,
): Promise<'published' | { readonly lost: string } | null> {
  const media = await store.videos.mediaOf(source.hash)
  if (!media) return null
  if (media.state === 'failed') {
    const refusal = refusalOf(media.failure)
    // Other limits, more memory or another ffmpeg may take it this time.
    if (isVerdict(refusal)) throw refusal
    return null
  }
  if (!(await isComplete(blobs, media))) {
    const now = await store.videos.mediaOf(source.hash)
    // A job that was done meanwhile made other files.
    const isLost = now !== null && !(await isComplete(blobs, now))
    if (isLost) return { lost: now.video }
  }
  try {
    const known = { id: media.id }
    await store.videos.publish({ authorId, title, media: known, quota: config.quota })
    // What was delayed is tried again.
    transcoder.wake()
    return 'published'
  } catch (error) {
    if (error instanceof AppError && error.code === 'media_gone') return null
    throw error
  }
}

/**
 * Publishes new bytes: first their files, then the row, so that no row is ever without its files.
 * @param lost the video of a row whose files these replace
 */
async function publishNew(
  services: PublishServices,
  work: Work,
  lost: string | null,
): Promise<void> {
  const { authorId, title, source } = work
  const { store, config, blobs, transcoder } = services
  const media = await ingest(services, source)
  try {
    const clip = await store.videos.publish({ authorId, title, media, lost, quota: config.quota })
    if (media.job !== null) transcoder.wake()
    // Of what was lost the cover alone may be missing, and the video be watched.
    if (lost !== null) await blobs.retire(lost)
    // Somebody else may have stored the same bytes meanwhile; then no row owns our files.
    if (clip.video.video !== media.video) await discard(blobs, media)
  } catch (error) {
    // After a failure of the disk nobody knows whether the row will be there once the server is
    // started again: the files stay, and a sweep removes them if it isn't.
    if (error instanceof AppError) {
      const stored = await store.videos.mediaOf(media.sourceHash)
      if (stored?.video !== media.video) await discard(blobs, media)
    }
    throw error
  }
}
