import { AppError } from '../../errors.ts'
import { decodesVideo, embeddedDecoders } from '../codecs.ts'
import type { Engine } from '../engine.ts'
import type { Children } from './children.ts'
import { ChildLost } from './process.ts'
import { MOUNT } from './program.ts'

/** The engine that is always there: ffmpeg.wasm in the media children. */
export function createEmbeddedEngine(children: Children): Engine {
  return {
    name: 'embedded',
    tonemaps: true,
    decodes: (codec) => decodesVideo(codec, embeddedDecoders),
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
