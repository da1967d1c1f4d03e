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
  const upload = `sources/${key}`
  const scratch = { video: blobs.scratch(), cover: blobs.scratch() }
  try {
    const drawing = media.cover(source.path, inspection, scratch.cover)
    const rendering =
      plan === 'transcode' ? null : media.render(source.path, inspection, scratch.video)
    // A failure waits for the other one too: it still writes to its file.
    await Promise.allSettled([drawing, rendering])
    const rendition = await rendering
    await drawing
    await Promise.all([
      blobs.put(names.cover, scratch.cover),
      rendition ? blobs.put(names.video, scratch.video) : blobs.put(upload, source.path),
    ])
    const shown = rendition ?? { size: source.size, width, height, duration }
    const stored = { source: rendition ? null : upload, sourceHash: source.hash }
    return { ...names, ...stored, codec, ...shown }
  } catch (error) {
    await discard(blobs, { ...names, source: upload })
    throw error
  } finally {
    await Promise.all([rm(scratch.video, { force: true }), rm(scratch.cover, { force: true })])
  }
}

/** Removes the files of media that no row owns. */
export async function discard(
  blobs: Blobs,
  media: Pick<NewMedia, 'video' | 'cover' | 'source'>,
): Promise<void> {
  const names = [media.video, media.cover, ...(media.source ? [media.source] : [])]
  await Promise.all(names.map((name) => blobs.remove(name)))
}
