import { AppError } from '../../errors.ts'
import type { Ffmpeg } from '../ffmpeg.ts'
import { embeddedDecoders } from '../inspect/codecs.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import type { ChildPool } from './child-pool.ts'
import { ChildLost } from './child-process.ts'
import { type JobFiles, mountPoint, type ProgramJob } from './messages.ts'

/** The ffmpeg that is always there: ffmpeg.wasm in the media children. */
export function createEmbeddedFfmpeg(pool: ChildPool): Ffmpeg {
  return {
    kind: 'embedded',
    tonemaps: true,
    decoders: embeddedDecoders,
    async run({ lane, input, outputs, args, timeoutMs }) {
      const files: JobFiles = { input: { path: input, write: false } }
      const seen = outputs.map((path, i) => {
        files[`output${i}`] = { path, write: true }
        return `${mountPoint}/output${i}`
      })
      const program: ProgramJob = { name: 'ffmpeg', args: args(`${mountPoint}/input`, seen), files }
      try {
        const result = await pool.run(lane, (child) => child.runProgram(program, timeoutMs))
        if (result.diskFull) throw new AppError('storage_full')
        return result
      } catch (error) {
        if (error instanceof ChildLost) return { code: null, log: [] }
        throw error
      }
    },
    close: pool.close,
  }
}

/** An honest file takes 10 ms, and a child 0.5 s to start. */
const readTimeoutMs = 20_000

/**
 * Reads what the bytes of a file say about it, in a media child.
 * @throws AppError not_a_video, video_damaged, busy, unavailable; Error, if the file can't be read
 */
export async function fileInfoOf(pool: ChildPool, path: string): Promise<FileInfo> {
  try {
    return await pool.run('interactive', (child) => child.readFileInfo(path, readTimeoutMs))
  } catch (error) {
    throw error instanceof ChildLost ? new AppError('video_damaged') : error
  }
}
