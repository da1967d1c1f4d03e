import { rm, stat } from 'node:fs/promises'
import { createChildPool } from './embedded/child-pool.ts'
import { createEmbeddedFfmpeg, fileInfoOf } from './embedded/embedded.ts'
import { defaultLanes } from './ffmpeg.ts'
import type { Rendition } from './media.ts'
import { cover } from './render/cover.ts'

/** A clip to be drawn, by ffmpeg graphs without inputs. */
export interface Drawing {
  /** Ends in `[v]`: the picture, of which `duration / repeats` seconds are drawn. */
  readonly picture: string
  /** How often the picture is shown, one after the other; encoded once. */
  readonly repeats: number
  /** Ends in `[a]`: the sound of the whole length. */
  readonly sound: string
  /** Length in seconds. */
  readonly duration: number
}

export type Studio = ReturnType<typeof createStudio>

/** The drawings are ours and do end: this is for a machine that is very slow, or busy. */
const drawTimeoutMs = 10 * 60_000

/**
 * Draws clips, for demo data and tests. With the embedded ffmpeg even where there is a native one,
 * because two builds never encode the same bytes.
 */
export function createStudio() {
  const pool = createChildPool(defaultLanes)
  const ffmpeg = createEmbeddedFfmpeg(pool)
  const run = async (args: (input: string) => string[], input: string, output: string) => {
    const { code, log } = await ffmpeg.run({
      lane: 'interactive',
      input,
      outputs: [output],
      args: (path, outputs) => [...quiet, ...args(path), ...outputs],
      timeoutMs: drawTimeoutMs,
    })
    if (code !== 0) throw new Error(`ffmpeg could not draw: ${log.at(-2) ?? 'it was killed'}`)
  }
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
    ): Promise<Omit<Rendition, 'cpuMs'> & { codec: string }> {
      const silent = `${video}.silent`
      try {
        await run(pictureArgs(drawing), '', silent)
        await run(soundArgs(drawing), silent, video)
        const info = await fileInfoOf(pool, video)
        const { width, height, codec } = info.video
        await cover({ ffmpeg, limits: { maxPixels: width * height } }, video, info, image)
        return { size: (await stat(video)).size, width, height, duration: info.duration, codec }
      } catch (error) {
        await rm(video, { force: true })
        throw error
      } finally {
        await rm(silent, { force: true })
      }
    },
    close: ffmpeg.close,
  }
}

const quiet = ['-v', 'error', '-nostdin', '-y']

/** Without tags and dates, which would make the bytes differ from run to run. */
const untagged = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags', '+bitexact']

const pictureArgs =
  ({ picture, duration, repeats }: Drawing) =>
  (): string[] => [
    ...['-filter_complex', picture, '-map', '[v]', '-t', `${duration / repeats}`],
    // Keyframes each second; a picture that is shown again must not refer to the one before.
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '28', '-pix_fmt', 'yuv420p', '-g', '24'],
    ...[...untagged, '-f', 'mp4'],
  ]

const soundArgs =
  ({ sound, duration, repeats }: Drawing) =>
  (silent: string): string[] => [
    ...['-stream_loop', `${repeats - 1}`, '-i', silent, '-filter_complex', sound],
    ...['-map', '0:v', '-map', '[a]', '-c:v', 'copy', '-c:a', 'aac', '-b:a', '96k'],
    ...['-t', `${duration}`, ...untagged, '-movflags', '+faststart', '-f', 'mp4'],
  ]
