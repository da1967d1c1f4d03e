import { AppError } from '../../errors.ts'
import type { Ffmpeg } from '../ffmpeg.ts'
import { decodesVideo, embeddedDecoders } from '../inspect/codecs.ts'
import type { ChildPool } from './child-pool.ts'
import { ChildLost } from './child-process.ts'
import { type JobFiles, mountPoint, type ProgramJob } from './messages.ts'

/** The ffmpeg that is always there: ffmpeg.wasm in the media children. */
export function createEmbeddedFfmpeg(pool: ChildPool): Ffmpeg {
  return {
    name: 'embedded',
    tonemaps: true,
    decodes: (codec) => decodesVideo(codec, embeddedDecoders),
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
        return { ended: 'exit', code: result.code, log: result.log }
      } catch (error) {
        if (error instanceof ChildLost) return { ended: error.reason, code: -1, log: [] }
        throw error
      }
    },
    async close() {
      pool.close()
    },
  }
}
