import { rm, stat } from 'node:fs/promises'
import { createChildPool } from './embedded/child-pool.ts'
import { createEmbeddedFfmpeg, fileInfoOf } from './embedded/embedded.ts'
import { defaultLanes } from './ffmpeg.ts'
import type { Rendition } from './media.ts'
import { cover } from './render/cover.ts'

/** A clip to be drawn: an ffmpeg graph without inputs that ends in `[v]` and `[a]`. */
export interface Drawing {
  readonly graph: string
  /** Length in seconds. */
  readonly duration: number
}

export type Studio = ReturnType<typeof createStudio>

const drawTimeoutMs = 60_000

/**
 * Draws clips, for demo data and tests. With the embedded ffmpeg even where there is a native one,
 * because two builds never encode the same bytes.
 */
export function createStudio() {
  const pool = createChildPool(defaultLanes)
  const ffmpeg = createEmbeddedFfmpeg(pool)
  return {
    /**
     * Writes a drawing as a playable MP4 to `video` and its cover to `image`; the same drawing gives
     * the same bytes on every machine.
     * @throws AppError storage_full, busy, unavailable; Error, if ffmpeg doesn't take the graph
     */
    async draw(
      drawing: Drawing,
      video: string,
      image: string,
    ): Promise<Rendition & { codec: string }> {
      try {
        const { code, log } = await ffmpeg.run({
          lane: 'interactive',
          input: '',
          outputs: [video],
          args: (_, outputs) => [...drawArgs(drawing), ...outputs],
          timeoutMs: drawTimeoutMs,
        })
        if (code !== 0) throw new Error(`ffmpeg could not draw: ${log.at(-2) ?? 'it was killed'}`)
        const info = await fileInfoOf(pool, video)
        const { width, height, codec } = info.video
        await cover({ ffmpeg, limits: { maxPixels: width * height } }, video, info, image)
        return { size: (await stat(video)).size, width, height, duration: info.duration, codec }
      } catch (error) {
        await rm(video, { force: true })
        throw error
      }
    },
    close: ffmpeg.close,
  }
}

/** Without tags and dates, which would make the bytes differ from run to run. */
const drawArgs = ({ graph, duration }: Drawing): string[] => [
  ...['-v', 'error', '-nostdin', '-y', '-filter_complex', graph, '-map', '[v]', '-map', '[a]'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '30', '-pix_fmt', 'yuv420p', '-g', '48'],
  ...['-c:a', 'aac', '-b:a', '64k', '-t', `${duration}`],
  ...['-map_metadata', '-1', '-fflags', '+bitexact', '-flags', '+bitexact'],
  ...['-movflags', '+faststart', '-f', 'mp4'],
]
