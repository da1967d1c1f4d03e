import { availableParallelism } from 'node:os'
import { AppError } from '../errors.ts'
import { cover } from './cover.ts'
import { createChildren } from './embedded/children.ts'
import { createEmbeddedEngine } from './embedded/engine.ts'
import { ChildLost } from './embedded/process.ts'
import type { Lanes } from './engine.ts'
import type { Facts } from './facts.ts'
import type { Media, MediaOptions } from './media.ts'
import { plan } from './plan.ts'
import { render } from './render.ts'

const lanes: Lanes = {
  interactive: { size: 2, waiting: 64 },
  background: { size: availableParallelism(), waiting: 16 },
}

/** Milliseconds; an honest file takes ten. */
const EXAMINE_TIMEOUT = 15_000

/**
 * Opens the media port. Children start when the first file comes.
 * @throws Error with a sentence for the operator if a named ffmpeg can't be used
 */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const children = createChildren(lanes)
  const engine = createEmbeddedEngine(children)

  const examine = async (path: string): Promise<Facts> => {
    try {
      const reply = await children.ask('interactive', { kind: 'examine', path }, EXAMINE_TIMEOUT)
      if (reply.kind !== 'examined') throw new Error('the media child answered another question')
      return reply.facts
    } catch (error) {
      throw error instanceof ChildLost ? new AppError('video_damaged') : error
    }
  }

  return {
    engine: engine.name,
    inspect: async (path) => plan(await examine(path), options, engine.decodes),
    render: (path, inspection, target) => render(engine, examine, path, inspection, target),
    cover: (path, inspection, target) => cover(engine, path, inspection, target),
    async close() {
      children.close()
      await engine.close()
    },
  }
}
