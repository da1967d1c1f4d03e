import { AppError } from '../../errors.ts'
import type { Ffmpeg } from '../ffmpeg.ts'
import { embeddedDecoders } from '../inspect/codecs.ts'
import { demuxers, type FileInfo } from '../inspect/file-info.ts'
import { lacksMemory, MediaTrouble, tookTooLong, tookTooMuch } from '../media.ts'
import type { ChildPool } from './child-pool.ts'
import { ChildLost } from './child-process.ts'
import { type JobFiles, mountPoint, type ProgramJob } from './messages.ts'

/** The ffmpeg that is always there: ffmpeg.wasm in the media children. */
export function createEmbeddedFfmpeg(pool: ChildPool): Ffmpeg {
  return {
    kind: 'embedded',
    decoders: embeddedDecoders,
    async run({ lane, input, tables = [], packets, outputs, args, timeoutMs }) {
      const files: JobFiles = { input: { path: input, write: false } }
      const seen = outputs.map((path, i) => {
        files[`output${i}`] = { path, write: true }
        return `${mountPoint}/output${i}`
      })
      const read = tables.map((path, i) => {
        files[`table${i}.cube`] = { path, write: false }
        return `${mountPoint}/table${i}.cube`
      })
      if (packets) files.packets = { ...packets, write: false }
      const named = args(`${mountPoint}/input`, seen, read, `${mountPoint}/packets`)
      const program: ProgramJob = { name: 'ffmpeg', args: named, files }
      try {
        const result = await pool.run(lane, (child) => child.runProgram(program, timeoutMs))
        if (result.diskFull) throw new AppError('storage_full')
        if (result.code !== 0 && lacksMemory(result.log)) throw tookTooMuch()
        return result
      } catch (error) {
        throw troubleOf(error, timeoutMs)
      }
    },
    close: pool.close,
  }
}

/** An honest file takes 10 ms, and a child 0.5 s to start. */
const readTimeoutMs = 20_000

/**
 * Reads what the bytes of a file say about it, in a media child.
 * @throws AppError of readFileInfo, busy, unavailable; Error, if the file can't be read
 */
export async function fileInfoOf(pool: ChildPool, path: string): Promise<FileInfo> {
  try {
    return await pool.run('interactive', (child) => child.readFileInfo(path, readTimeoutMs))
  } catch (error) {
    throw troubleOf(error, readTimeoutMs)
  }
}

/**
 * Reads the sizes that the keyframes have as shown, each once, in a media child. Of more sizes than
 * fit in 4 MB the later ones are left out.
 * @throws AppError busy, unavailable; MediaTrouble
 */
export async function keyframeSizesOf(
  pool: ChildPool,
  path: string,
  { container, video }: FileInfo,
  timeoutMs: number,
): Promise<{ width: number; height: number }[]> {
  const entries = 'frame=width,height,sample_aspect_ratio:stream_side_data=rotation'
  const program: ProgramJob = {
    name: 'ffprobe',
    args: [
      ...['-v', 'error', '-skip_frame', 'nokey', '-select_streams', video.stream],
      ...['-show_entries', entries, '-of', 'csv', '-f', demuxers[container]],
      `${mountPoint}/input`,
    ],
    files: { input: { path, write: false } },
    // Millions of keyframes have few sizes.
    distinct: true,
  }
  try {
    const { output } = await pool.run('background', (child) => child.runProgram(program, timeoutMs))
    return sizesIn(output)
  } catch (error) {
    throw troubleOf(error, timeoutMs)
  }
}

/** From lines like `frame,1920,1080,1:1`, with more behind it at times, and `stream,side_data,90`. */
function sizesIn(output: string): { width: number; height: number }[] {
  const turned = Number(/^stream,side_data,(-?\d+)/m.exec(output)?.[1] ?? 0)
  const upright = Math.round(turned / 90) % 2 === 0
  const sizes = new Map<string, { width: number; height: number }>()
  for (const [, w, h, x, y] of output.matchAll(/^frame,(\d+),(\d+)(?:,(\d+):(\d+))?/gm)) {
    const [width, height] = [Math.round(Number(w) * (Number(x) / Number(y) || 1)), Number(h)]
    if (!(width > 0 && height > 0)) continue
    const shown = upright ? { width, height } : { width: height, height: width }
    sizes.set(`${width}x${height}`, shown)
  }
  return [...sizes.values()]
}

/** A child that is lost says nothing about the file. */
function troubleOf(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof ChildLost)) return error
  if (error.reason === 'timeout') return tookTooLong(timeoutMs)
  return error.reason === 'memory'
    ? tookTooMuch()
    : new MediaTrouble('crash', 'the process that worked on it was lost')
}
