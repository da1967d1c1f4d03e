import { rm } from 'node:fs/promises'
import type { Blobs } from '../blob/blob.ts'
import { AppError } from '../errors.ts'
import type { EndpointContext } from '../http/endpoint/endpoint.ts'
import { addressOf } from '../http/endpoint/forwarded.ts'
import { createConcurrencyLimit } from '../lib/concurrency.ts'
import type { Media } from '../media/media.ts'
import type { Store } from '../store/store.ts'
import type { Clip } from '../store/video.ts'
import { refusalOf } from './failure.ts'
import { discard, ingest } from './ingest.ts'
import type { Transcoder } from './transcode.ts'
import { receiveVideo, type UploadServer, type Work } from './upload.ts'

/** What publishing works with. */
export interface PublishServices extends EndpointContext {
  readonly store: Store
  readonly blobs: Blobs
  readonly media: Media
  readonly transcoder: Pick<Transcoder, 'wake'>
}

/** Makes the function that publishes the video in the body of a request. */
export function createPublish(services: PublishServices) {
  const uploads = createConcurrencyLimit(services.config.uploadsPerAddress)
  /**
   * A video that only has to be repacked is ready, with its cover, when the promise resolves; one
   * that has to be transcoded becomes a job, and visible to others when that is done.
   * @throws AppError of receiveVideo, Media.inspect, Media.render, Blobs.put and Videos.publish;
   *   too_many_requests
   */
  return (request: Request, server: UploadServer | null): Promise<void> =>
    uploads.run(addressOf(request, server, services.config), async () => {
      const work = await receiveVideo(services, request, server)
      try {
        const known = await publishKnown(services, work)
        if (!known) await publishNew(services, work)
      } finally {
        await rm(work.source.path, { force: true })
      }
    })
}

/** Publishes bytes that were uploaded before; null if they are new, or were removed meanwhile. */
async function publishKnown(
  { store, config }: PublishServices,
  { authorId, title, source }: Work,
): Promise<Clip | null> {
  const media = await store.videos.mediaOf(source.hash)
  if (!media) return null
  if (media.state === 'failed') {
    const refusal = refusalOf(media.failure)
    // What was no fault of the file may go well this time.
    if (refusal.code === 'internal' || refusal.code === 'media_gone') return null
    throw refusal
  }
  try {
    return await store.videos.publish({ authorId, title, media, quota: config.quota })
  } catch (error) {
    if (error instanceof AppError && error.code === 'media_gone') return null
    throw error
  }
}

/** Publishes new bytes: first their files, then the row, so that no row is ever without its files. */
async function publishNew(
  services: PublishServices,
  { authorId, title, source }: Work,
): Promise<Clip> {
  const { store, config, blobs, transcoder } = services
  const media = await ingest(services, source)
  try {
    const clip = await store.videos.publish({ authorId, title, media, quota: config.quota })
    if (media.source !== null) transcoder.wake()
    // Somebody else may have stored the same bytes meanwhile; then no row owns our files.
    if (clip.video.video !== media.video) await discard(blobs, media)
    return clip
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
