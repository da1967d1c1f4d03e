import { rm, stat } from 'node:fs/promises'
import { cover } from './cover.ts'
import { createChildren } from './embedded/children.ts'
import { createEmbeddedEngine } from './embedded/engine.ts'
import type { Facts } from './facts.ts'
import { plan } from './plan.ts'

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
const lanes = { interactive: { size: 2, waiting: 64 }, background: { size: 1, waiting: 0 } }
const timeout = 60_000

/**
 * Draws clips with the embedded ffmpeg, also where there is a native one, because two builds never
 * encode the same bytes. Uploads go through `Media`; this is for made-up worlds and tests.
 */
export function createStudio(): Studio {
  const children = createChildren(lanes)
  const engine = createEmbeddedEngine(children)
  const examine = async (path: string): Promise<Facts> => {
    const reply = await children.ask('interactive', { kind: 'examine', path }, timeout)
    if (reply.kind !== 'examined') throw new Error('the media child answered another question')
    return reply.facts
  }
  return {
    async draw(drawing, video, image) {
      const outcome = await engine.run({
        lane: 'interactive',
        input: '',
        outputs: [video],
        args: (_, [output]) => drawArgs(drawing, output!),
        timeout,
      })
      try {
        if (outcome.ended !== 'exit' || outcome.code !== 0) {
          throw new Error(`ffmpeg could not draw: ${outcome.log.at(-2) ?? outcome.ended}`)
        }
        const inspection = plan(await examine(video), limits, engine.decodes)
        await cover({ engine, limits, examine }, video, inspection, image)
        const { width, height, duration, videoCodec } = inspection
        return { size: (await stat(video)).size, width, height, duration, codec: videoCodec }
      } catch (error) {
        await rm(video, { force: true })
        throw error
      }
    },
    close: () => engine.close(),
  }
}

/** Without tags and dates, which would make the bytes differ from run to run. */
const drawArgs = ({ graph, duration }: Drawing, output: string): string[] => [
  ...['-v', 'error', '-nostdin', '-y', '-filter_complex', graph, '-map', '[v]', '-map', '[a]'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '30', '-pix_fmt', 'yuv420p', '-g', '48'],
  ...['-c:a', 'aac', '-b:a', '64k', '-t', `${duration}`],
  ...['-map_metadata', '-1', '-fflags', '+bitexact', '-flags', '+bitexact'],
  ...['-movflags', '+faststart', '-f', 'mp4', output],
]
