import { AppError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import type { Children } from './children.ts'
import { ChildLost } from './process.ts'
import { MOUNT } from './program.ts'

/** What this build of ffmpeg.wasm has no decoder for, of the codecs that people have. */
const UNDECODABLE = new Set(['av1', 'vvc'])

/** The engine that is always there: ffmpeg.wasm in the media children. */
export function createEmbeddedEngine(children: Children): Engine {
  return {
    name: 'embedded',
    decodes: (codec) => !UNDECODABLE.has(codec),
    async run({ lane, input, outputs, args, timeout }) {
      const names = outputs.map((_, i) => `output${i}`)
      const files = {
        input: { path: input, write: false },
        ...Object.fromEntries(names.map((name, i) => [name, { path: outputs[i]!, write: true }])),
      }
      const seen = args(
        `${MOUNT}/input`,
        names.map((name) => `${MOUNT}/${name}`),
      )
      try {
        const request = { kind: 'program', program: 'ffmpeg', args: seen, files } as const
        const reply = await children.ask(lane, request, timeout)
        if (reply.kind !== 'ran') throw new Error('the media child answered another question')
        if (reply.ran.full) throw new AppError('storage_full')
        return { ended: 'exit', code: reply.ran.code, log: reply.ran.log }
      } catch (error) {
        if (error instanceof ChildLost) return { ended: error.reason, code: -1, log: [] }
        throw error
      }
    },
    async close() {
      children.close()
    },
  }
}
