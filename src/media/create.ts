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
  const choice = await chooseEngine(options.ffmpeg, children)
  const context = async () => ({
    engine: await choice.engine(),
    limits: options,
    examine: (path: string) => examine(children, path),
  })
  return {
    get engine() {
      return choice.name
    },
    async inspect(path) {
      const [{ decodes }, facts] = await Promise.all([choice.engine(), examine(children, path)])
      return plan(facts, options, decodes)
    },
    render: async (path, inspection, target) => render(await context(), path, inspection, target),
    cover: async (path, inspection, target) => cover(await context(), path, inspection, target),
    async close() {
      children.close()
      await choice.close()
    },
  }
}

/** The engine, which may be known only later. */
interface Choice {
  readonly name: string
  engine(): Promise<Engine>
  close(): Promise<void>
}

async function chooseEngine(wanted: MediaOptions['ffmpeg'], children: Children): Promise<Choice> {
  const found = wanted === 'auto' ? Bun.which('ffmpeg') : null
  if (found) return tryLater(found, children)
  const native = wanted !== 'auto' && wanted !== 'embedded'
  const engine = native ? await createNativeEngine(wanted, lanes) : createEmbeddedEngine(children)
  return { name: engine.name, engine: async () => engine, close: engine.close }
}

/** Milliseconds after which a native ffmpeg is tried out, if no file came before. */
const TRY_AFTER = 1_000

/**
 * Takes what was found, if it works: trying it out takes 0.4 s, which is four times as long as the
 * whole server takes to start. One that lacks x264, or is too old, is no reason not to start.
 */
function tryLater(found: string, children: Children): Choice {
  let tried: Promise<Engine> | undefined
  let name = 'auto'
  const engine = () => {
    tried ??= createNativeEngine(found, lanes)
      .catch(() => createEmbeddedEngine(children))
      .then((engine) => {
        name = engine.name
        return engine
      })
    return tried
  }
  const timer = setTimeout(engine, TRY_AFTER)
  timer.unref()
  return {
    get name() {
      return name
    },
    engine,
    async close() {
      clearTimeout(timer)
      await (await tried)?.close()
    },
  }
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
