import { rm, stat } from 'node:fs/promises'
import { createChildPool } from './embedded/child-pool.ts'
import { createEmbeddedFfmpeg } from './embedded/embedded.ts'
import { fileInfoOf } from './embedded/file-info.ts'
import type { Lanes } from './ffmpeg.ts'
import { planFor } from './inspect/plan.ts'
import { cover } from './render/cover.ts'

/** A clip to be drawn: an ffmpeg graph without inputs that ends in `[v]` and `[a]`. */
export interface Drawing {
  readonly graph: string
  /** Length in seconds. */
  readonly duration: number
}

/** What was drawn. `size` is bytes, `duration` seconds. */
export interface Drawn {
  readonly size: number
  readonly width: number
  readonly height: number
  readonly duration: number
  readonly codec: string
}

export interface Studio {
  /**
   * Writes a drawing as a playable MP4 to `video` and its cover to `image`; the same drawing gives
   * the same bytes on every machine.
   * @throws AppError storage_full, busy, unavailable; Error, if ffmpeg doesn't take the graph
   */
  draw(drawing: Drawing, video: string, image: string): Promise<Drawn>
  close(): Promise<void>
}

const limits = { maxDuration: 60, maxPixels: 1920 * 1920, maxFrameRate: 60 }
const lanes: Lanes = {
  interactive: { size: 2, waiting: 64 },
  background: { size: 1, waiting: 0 },
}
const drawTimeoutMs = 60_000

/**
 * Draws clips, for demo data and tests. With the embedded ffmpeg even where there is a native one,
 * because two builds never encode the same bytes.
 */
export function createStudio(): Studio {
  const pool = createChildPool(lanes)
  const ffmpeg = createEmbeddedFfmpeg(pool)
  return {
    async draw(drawing, video, image) {
      const result = await ffmpeg.run({
        lane: 'interactive',
        input: '',
        outputs: [video],
        args: (_, outputs) => [...drawArgs(drawing), ...outputs],
        timeoutMs: drawTimeoutMs,
      })
      try {
        if (result.ended !== 'exit' || result.code !== 0) {
          throw new Error(`ffmpeg could not draw: ${result.log.at(-2) ?? result.ended}`)
        }
        const inspection = planFor(await fileInfoOf(pool, video), limits, ffmpeg.decodes)
        await cover({ ffmpeg, limits }, video, inspection, image)
        const { width, height, duration, videoCodec } = inspection
        return { size: (await stat(video)).size, width, height, duration, codec: videoCodec }
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
