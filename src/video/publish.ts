import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Context } from '../context.ts'
import type { Clip, NewMedia } from '../store/store.ts'

/** Bytes on the local disk that somebody wants to publish; `hash` is their SHA-256 in hex. */
export interface Source {
  readonly path: string
  readonly size: number
  readonly hash: string
}

type Services = Pick<Context, 'store' | 'blobs' | 'media' | 'config'>

/**
 * Publishes a video: makes it playable, gives it a cover, stores both and then the row, so that at
 * no time there is a row without its files. Bytes that are known already are stored only once. The
 * source file is used up, whatever happens.
 * @throws AppError of Media.inspect, Media.render, Blobs.put and Videos.publish
 */
export async function publishVideo(
  services: Services,
  work: { authorId: number; title: string; source: Source },
): Promise<Clip> {
  const { store, config } = services
  const { authorId, title, source } = work
  try {
    const media = (await known(services, source)) ?? (await ingest(services, source))
    try {
      const clip = await store.videos.publish({ authorId, title, media, quota: config.quota })
      // Somebody else may have stored the same bytes meanwhile; then ours are nobody's.
      if (clip.video.video !== media.video) await discard(services, media)
      return clip
    } catch (error) {
      await discardIfNew(services, media)
      throw error
    }
  } finally {
    await rm(source.path, { force: true })
  }
}

async function known({ store }: Services, source: Source): Promise<NewMedia | null> {
  const media = await store.videos.mediaOf(source.hash)
  return media && media.state !== 'failed' ? { ...media, state: 'ready' } : null
}

async function ingest({ media, blobs }: Services, source: Source): Promise<NewMedia> {
  const inspection = await media.inspect(source.path)
  const video = blobs.scratch()
  const cover = blobs.scratch()
  try {
    const [rendition] = await bothSettled(
      media.render(source.path, inspection, video),
      media.cover(source.path, inspection, cover),
    )
    const name = nanoid()
    const names = { video: `videos/${name}.mp4`, cover: `covers/${name}.jpg` }
    await Promise.all([blobs.put(names.video, video), blobs.put(names.cover, cover)])
    return {
      ...names,
      sourceHash: source.hash,
      state: 'ready',
      size: rendition.size,
      width: rendition.width,
      height: rendition.height,
      duration: rendition.duration,
      codec: inspection.videoCodec,
    }
  } finally {
    await Promise.all([rm(video, { force: true }), rm(cover, { force: true })])
  }
}

/** Like Promise.all, but a failure waits for the other one too: it still writes to its file. */
async function bothSettled<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b])
  return Promise.all([a, b])
}

async function discardIfNew(services: Services, media: NewMedia): Promise<void> {
  const kept = await services.store.videos.mediaOf(media.sourceHash)
  if (kept?.video !== media.video) await discard(services, media)
}

async function discard({ blobs }: Services, media: NewMedia): Promise<void> {
  await Promise.all([blobs.remove(media.video), blobs.remove(media.cover)])
}
