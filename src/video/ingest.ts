import { rm } from 'node:fs/promises'
import { nanoid } from 'nanoid'
import type { Blobs } from '../blob/blob.ts'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import type { Inspection, Rendition } from '../media/media.ts'
import type { MediaToStore, NewJob, NewMedia } from '../store/media.ts'
import type { DiskSpace } from './disk-space.ts'
import { reasonOf } from './jobs/failure.ts'
import { followUp } from './jobs/follow-up.ts'
import type { WorkRate } from './jobs/work-rate.ts'

/** An uploaded file on the local disk; `size` in bytes, `hash` its SHA-256 in hex. */
export interface Source {
  readonly path: string
  readonly size: number
  readonly hash: string
}

export type IngestPorts = Pick<Context, 'media' | 'blobs'> & {
  readonly workRate: WorkRate
  readonly diskSpace: DiskSpace
}

/**
 * Inspects an upload and stores its files: a cover, and the rendition, or the upload itself if that
 * has to be transcoded. Nothing is left of it after a throw.
 * @throws AppError of Media.inspect, Media.render and Blobs.put
 */
export async function ingest(ports: IngestPorts, source: Source): Promise<MediaToStore> {
  try {
    return await ingestNow(ports, source)
  } catch (error) {
    // Only a verdict on the bytes refuses them. What ends by our fault is kept, and tried again.
    if (error instanceof AppError) throw error
    return keep(ports, source, reasonOf(error))
  }
}

/** @throws AppError; anything else is no fault of the file */
async function ingestNow(ports: IngestPorts, source: Source): Promise<MediaToStore> {
  const { media, blobs, diskSpace } = ports
  const inspection = await media.inspect(source.path)
  const job = await jobAfter(ports, inspection)
  const { video, duration, plan } = inspection
  const { codec, width, height } = video
  const names = newNames()
  const scratch = { video: blobs.scratch(), cover: blobs.scratch() }
  try {
    const maxBytes = await diskSpace.ceiling()
    const drawing = media.cover(source.path, inspection, scratch.cover)
    const rendering =
      plan === 'transcode'
        ? null
        : media.render(source.path, inspection, scratch.video, { maxBytes })
    // A failure waits for the other one too: it still writes to its file.
    await Promise.allSettled([drawing, rendering])
    const made = await rendering
    await drawing
    await Promise.all([
      blobs.put(names.cover, scratch.cover),
      made ? blobs.put(names.video, scratch.video) : blobs.put(names.source, source.path),
    ])
    const shown = made ?? { size: source.size, width, height, duration }
    const kept = { source: made ? null : names.source, sourceHash: source.hash }
    return { ...names, ...kept, codec, ...sizesOf(shown), job }
  } catch (error) {
    await discard(blobs, names)
    throw error
  } finally {
    await Promise.all([rm(scratch.video, { force: true }), rm(scratch.cover, { force: true })])
  }
}

const sizesOf = ({ size, width, height, duration }: Omit<Rendition, 'cpuMs'>) => ({
  size,
  width,
  height,
  duration,
})

/** Keeps an upload that could not be looked at, or copied: a job does it all later. */
async function keep(
  { media, blobs }: IngestPorts,
  source: Source,
  reason: string,
): Promise<MediaToStore> {
  const names = newNames()
  const cover = blobs.scratch()
  try {
    await media.drawCover(cover)
    await blobs.put(names.cover, cover)
    await blobs.put(names.source, source.path)
    const unseen = { width: 0, height: 0, duration: 0, codec: 'unknown' }
    const job = { kind: 'render', seconds: unseenSeconds, reason } as const
    return { ...names, ...unseen, size: source.size, sourceHash: source.hash, job }
  } catch (error) {
    await discard(blobs, names)
    throw error
  } finally {
    await rm(cover, { force: true })
  }
}

/** Expected of what nobody could look at. */
const unseenSeconds = 60

function newNames() {
  const key = nanoid()
  return { video: `videos/${key}.mp4`, cover: `covers/${key}.jpg`, source: `sources/${key}` }
}

/**
 * What is to be done after the response: a transcode, also of a copy that plays on some devices only,
 * or else a check of what was copied.
 * @throws AppError video_too_demanding
 */
async function jobAfter({ workRate }: IngestPorts, inspection: Inspection): Promise<NewJob | null> {
  if (inspection.plan === 'transcode') {
    return { kind: 'render', seconds: await workRate.assertFeasible(inspection), reason: null }
  }
  return followUp(workRate, inspection)
}

/** Removes the files of media that no row owns. */
export async function discard(
  blobs: Blobs,
  media: Pick<NewMedia, 'video' | 'cover' | 'source'>,
): Promise<void> {
  const names = [media.video, media.cover, ...(media.source ? [media.source] : [])]
  await Promise.all(names.map((name) => blobs.remove(name)))
}
