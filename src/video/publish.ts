import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Blobs } from '../blob/blob.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Media } from '../media/media.ts'
import type { NewMedia } from '../store/media.ts'
import type { Store } from '../store/store.ts'
import type { Clip } from '../store/video.ts'
import { refusalOf } from './failure.ts'
import type { Transcoder } from './transcode.ts'

/** Bytes on the local disk that somebody wants to publish; `hash` is their SHA-256 in hex. */
export interface Source {
  readonly path: string
  readonly size: number
  readonly hash: string
}

/** What publishing works with. */
export interface PublishServices {
  readonly config: Config
  readonly store: Store
  readonly blobs: Blobs
  readonly media: Media
  readonly transcoder: Pick<Transcoder, 'wake'>
}

/**
 * Publishes a video. What only has to be repacked is ready, with its cover, when the promise
 * resolves; what has to be transcoded becomes a job, and visible to others when that is done. Files
 * are stored before the row, so that at no time there is a row without them; bytes that are known
 * already are stored only once. The source file is used up, whatever happens.
 * @throws AppError of Media.inspect, Media.render, Blobs.put and Videos.publish
 */
export async function publishVideo(
  services: PublishServices,
  work: { authorId: number; title: string; source: Source },
): Promise<Clip> {
  try {
    return (await publishKnown(services, work)) ?? (await publishNew(services, work))
  } finally {
    await rm(work.source.path, { force: true })
  }
}

type Work = Parameters<typeof publishVideo>[1]

/** Publishes bytes that somebody uploaded before; null if they are new, or gone meanwhile. */
async function publishKnown(services: PublishServices, work: Work): Promise<Clip | null> {
  const { store, config } = services
  const known = await store.videos.mediaOf(work.source.hash)
  if (!known) return null
  if (known.state === 'failed') {
    const refusal = refusalOf(known.failure)
    // What was no fault of the file may go well this time.
    if (refusal.code === 'internal' || refusal.code === 'media_gone') return null
    throw refusal
  }
  try {
    const { authorId, title } = work
    return await store.videos.publish({ authorId, title, media: known, quota: config.quota })
  } catch (error) {
    if (error instanceof AppError && error.code === 'media_gone') return null
    throw error
  }
}

async function publishNew(services: PublishServices, work: Work): Promise<Clip> {
  const { store, config } = services
  const { authorId, title, source } = work
  const media = await ingest(services, source)
  try {
    const clip = await store.videos.publish({ authorId, title, media, quota: config.quota })
    if (media.source !== null) services.transcoder.wake()
    // Somebody else may have stored the same bytes meanwhile; then ours are nobody's.
    if (clip.video.video !== media.video) await discard(services, media)
    return clip
  } catch (error) {
    // After a failure of the disk nobody knows whether the row will be there once the server is
    // started again: the files stay, and a sweep takes them if it isn't.
    if (error instanceof AppError) await discardIfUnknown(services, media)
    throw error
  }
}

async function ingest({ media, blobs }: PublishServices, source: Source): Promise<NewMedia> {
  const inspection = await media.inspect(source.path)
  const { videoCodec: codec, width, height, duration, plan } = inspection
  const key = nanoid()
  const names = { video: `videos/${key}.mp4`, cover: `covers/${key}.jpg` }
  const scratch = { video: blobs.scratch(), cover: blobs.scratch() }
  try {
    const drawn = media.cover(source.path, inspection, scratch.cover)
    if (plan === 'transcode') {
      await drawn
      const upload = `sources/${key}`
      await Promise.all([blobs.put(upload, source.path), blobs.put(names.cover, scratch.cover)])
      const { hash: sourceHash, size } = source
      return { ...names, source: upload, sourceHash, codec, size, width, height, duration }
    }
    const rendered = media.render(source.path, inspection, scratch.video)
    const [rendition] = await bothSettled(rendered, drawn)
    await Promise.all([
      blobs.put(names.video, scratch.video),
      blobs.put(names.cover, scratch.cover),
    ])
    return { ...names, source: null, sourceHash: source.hash, codec, ...rendition }
  } catch (error) {
    await discard({ blobs }, { ...names, source: `sources/${key}` })
    throw error
  } finally {
    await Promise.all([rm(scratch.video, { force: true }), rm(scratch.cover, { force: true })])
  }
}

/** Like Promise.all, but a failure waits for the other one too: it still writes to its file. */
async function bothSettled<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b])
  return Promise.all([a, b])
}

async function discardIfUnknown(services: PublishServices, media: NewMedia): Promise<void> {
  const kept = await services.store.videos.mediaOf(media.sourceHash)
  if (kept?.video !== media.video) await discard(services, media)
}

async function discard(
  { blobs }: Pick<PublishServices, 'blobs'>,
  media: Pick<NewMedia, 'video' | 'cover' | 'source'>,
): Promise<void> {
  const names = [media.video, media.cover, ...(media.source ? [media.source] : [])]
  await Promise.all(names.map((name) => blobs.remove(name)))
}
