import { availableParallelism } from 'node:os'
import { type ChildPool, createChildPool } from './embedded/child-pool.ts'
import { createEmbeddedFfmpeg } from './embedded/embedded.ts'
import { fileInfoOf } from './embedded/file-info.ts'
import type { Ffmpeg, Lanes } from './ffmpeg.ts'
import { planFor } from './inspect/plan.ts'
import type { Media, MediaOptions } from './media.ts'
import { createNativeFfmpeg } from './native.ts'
import { cover } from './render/cover.ts'
import { render } from './render/render.ts'

const lanes: Lanes = {
  interactive: { size: 2, waiting: 64 },
  background: { size: availableParallelism(), waiting: 16 },
}

/**
 * Opens the media port. Whichever ffmpeg does the work, a file is first read in a media child; the
 * children start when the first file comes.
 * @throws Error with a sentence for the operator, if a named ffmpeg can't be used
 */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const pool = createChildPool(lanes)
  const choice = await chooseFfmpeg(options.ffmpeg, pool)
  const readFileInfo = (path: string) => fileInfoOf(pool, path)
  const context = async () => ({ ffmpeg: await choice.ffmpeg(), limits: options, readFileInfo })
  return {
    get engine() {
      return choice.name
    },
    async inspect(path) {
      const [{ decodes }, info] = await Promise.all([choice.ffmpeg(), readFileInfo(path)])
      return planFor(info, options, decodes)
    },
    render: async (path, inspection, target) => render(await context(), path, inspection, target),
    cover: async (path, inspection, target) => cover(await context(), path, inspection, target),
    async close() {
      pool.close()
      await choice.close()
    },
  }
}

/** The ffmpeg that is used, which may be known only later. */
interface Choice {
  readonly name: string
  ffmpeg(): Promise<Ffmpeg>
  close(): Promise<void>
}

async function chooseFfmpeg(wanted: MediaOptions['ffmpeg'], pool: ChildPool): Promise<Choice> {
  const found = wanted === 'auto' ? Bun.which('ffmpeg') : null
  if (found) return tryLater(found, pool)
  const native = wanted !== 'auto' && wanted !== 'embedded'
  const ffmpeg = native ? await createNativeFfmpeg(wanted, lanes) : createEmbeddedFfmpeg(pool)
  return { name: ffmpeg.name, ffmpeg: async () => ffmpeg, close: ffmpeg.close }
}

/** A native ffmpeg is tried out after this time, if no file came before. */
const tryAfterMs = 1_000

/**
 * Uses the ffmpeg that was found, if it works. Trying it out takes 0.4 s, four times as long as the
 * whole server takes to start; one that lacks x264, or is too old, is no reason not to start.
 */
function tryLater(found: string, pool: ChildPool): Choice {
  let tried: Promise<Ffmpeg> | undefined
  let name = 'auto'
  const ffmpeg = () => {
    tried ??= createNativeFfmpeg(found, lanes)
      .catch(() => createEmbeddedFfmpeg(pool))
      .then((chosen) => {
        name = chosen.name
        return chosen
      })
    return tried
  }
  const timer = setTimeout(ffmpeg, tryAfterMs)
  timer.unref()
  return {
    get name() {
      return name
    },
    ffmpeg,
    async close() {
      clearTimeout(timer)
      await (await tried)?.close()
    },
  }
}
