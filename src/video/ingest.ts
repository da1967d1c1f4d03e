import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Blobs } from '../blob/blob.ts'
import type { Context } from '../context.ts'
import type { Inspection } from '../media/media.ts'
import type { MediaToStore, NewJob, NewMedia } from '../store/media.ts'
import type { Pace } from './jobs/pace.ts'

/** An uploaded file on the local disk; `size` in bytes, `hash` its SHA-256 in hex. */
export interface Source {
  readonly path: string
  readonly size: number
  readonly hash: string
}

export type IngestPorts = Pick<Context, 'media' | 'blobs'> & { readonly pace: Pace }

/**
 * Inspects an upload and stores its files: a cover, and the rendition, or the upload itself if that
 * has to be transcoded. Nothing is left of it after a throw.
 * @throws AppError of Media.inspect, Media.render and Blobs.put
 */
export async function ingest(ports: IngestPorts, source: Source): Promise<MediaToStore> {
  const { media, blobs } = ports
  const inspection = await media.inspect(source.path)
  const job = await jobAfter(ports, inspection)
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
    return { ...names, ...stored, codec, ...shown, job }
  } catch (error) {
    await discard(blobs, { ...names, source: upload })
    throw error
  } finally {
    await Promise.all([rm(scratch.video, { force: true }), rm(scratch.cover, { force: true })])
  }
}

/**
 * What is to be done after the response: a transcode, also of a copy that plays on some devices only,
 * or else a check of what was copied.
 * @throws AppError video_too_demanding
 */
async function jobAfter({ pace }: IngestPorts, inspection: Inspection): Promise<NewJob> {
  if (inspection.thenTranscode) {
    return { kind: 'replace', seconds: await pace.secondsFor(inspection), reason: null }
  }
  if (inspection.plan !== 'transcode') {
    return { kind: 'check', seconds: await pace.checkSecondsFor(inspection), reason: null }
  }
  const seconds = await pace.secondsFor(inspection)
  pace.assertFeasible(seconds)
  return { kind: 'render', seconds, reason: null }
}

/** Removes the files of media that no row owns. */
export async function discard(
  blobs: Blobs,
  media: Pick<NewMedia, 'video' | 'cover' | 'source'>,
): Promise<void> {
  const names = [media.video, media.cover, ...(media.source ? [media.source] : [])]
  await Promise.all(names.map((name) => blobs.remove(name)))
}
