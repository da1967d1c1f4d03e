import { availableParallelism } from 'node:os'
import { AppError } from '../errors.ts'
import { cover } from './cover.ts'
import { type Children, createChildren } from './embedded/children.ts'
import { createEmbeddedEngine } from './embedded/engine.ts'
import { ChildLost } from './embedded/process.ts'
import type { Engine, Lanes } from './engine.ts'
import type { Facts } from './facts.ts'
import type { Media, MediaOptions } from './media.ts'
import { createNativeEngine } from './native.ts'
import { plan } from './plan.ts'
import { render } from './render.ts'

const lanes: Lanes = {
  interactive: { size: 2, waiting: 64 },
  background: { size: availableParallelism(), waiting: 16 },
}

/** Milliseconds; an honest file takes ten. */
const EXAMINE_TIMEOUT = 15_000

/**
 * Opens the media port. Whatever the engine, files are examined in a media child; children start
 * when the first file comes.
 * @throws Error with a sentence for the operator if a named ffmpeg can't be used
 */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const children = createChildren(lanes)
  const engine = await chooseEngine(options.ffmpeg, children)
  const context = {
    engine,
    limits: options,
    examine: (path: string) => examine(children, path),
  }
  return {
    engine: engine.name,
    inspect: async (path) => plan(await context.examine(path), options, engine.decodes),
    render: (path, inspection, target) => render(context, path, inspection, target),
    cover: (path, inspection, target) => cover(context, path, inspection, target),
    async close() {
      children.close()
      await engine.close()
    },
  }
}

async function chooseEngine(wanted: MediaOptions['ffmpeg'], children: Children): Promise<Engine> {
  if (wanted === 'embedded') return createEmbeddedEngine(children)
  if (wanted !== 'auto') return createNativeEngine(wanted, lanes)
  const found = Bun.which('ffmpeg')
  if (!found) return createEmbeddedEngine(children)
  // One that lacks x264, or is too old, is no reason not to start.
  return createNativeEngine(found, lanes).catch(() => createEmbeddedEngine(children))
}

async function examine(children: Children, path: string): Promise<Facts> {
  try {
    const reply = await children.ask('interactive', { kind: 'examine', path }, EXAMINE_TIMEOUT)
    if (reply.kind !== 'examined') throw new Error('the media child answered another question')
    return reply.facts
  } catch (error) {
    throw error instanceof ChildLost ? new AppError('video_damaged') : error
  }
}
