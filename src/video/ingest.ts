import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Blobs } from '../blob/blob.ts'
import type { Context } from '../context.ts'
import type { NewMedia } from '../store/media.ts'

/** An uploaded file on the local disk; `size` in bytes, `hash` its SHA-256 in hex. */
export interface Source {
  readonly path: string
  readonly size: number
  readonly hash: string
}

/**
 * Inspects an upload and stores its files: a cover, and the rendition, or the upload itself if that
 * has to be transcoded. Nothing is left of it after a throw.
 * @throws AppError of Media.inspect, Media.render and Blobs.put
 */
export async function ingest(
  { media, blobs }: Pick<Context, 'media' | 'blobs'>,
  source: Source,
): Promise<NewMedia> {
  const inspection = await media.inspect(source.path)
  const { video, duration, plan } = inspection
  const { codec, width, height } = video
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
    await discard(blobs, { ...names, source: `sources/${key}` })
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

/** Removes the files of media that no row owns. */
export async function discard(
  blobs: Blobs,
  media: Pick<NewMedia, 'video' | 'cover' | 'source'>,
): Promise<void> {
  const names = [media.video, media.cover, ...(media.source ? [media.source] : [])]
  await Promise.all(names.map((name) => blobs.remove(name)))
}
