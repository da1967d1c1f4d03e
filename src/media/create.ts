import { totalmem } from 'node:os'
import { createChildPool } from './embedded/child-pool.ts'
import { startMediaChild } from './embedded/child-process.ts'
import { createEmbeddedFfmpeg, fileInfoOf, keyframeSizesOf } from './embedded/embedded.ts'
import { defaultLanes, type Ffmpeg } from './ffmpeg.ts'
import type { FileInfo } from './inspect/file-info.ts'
import { planFor } from './inspect/plan.ts'
import type { Media, MediaOptions } from './media.ts'
import { createMemoryGuard } from './memory.ts'
import { createNativeFfmpeg } from './native.ts'
import { calibrate } from './render/calibrate.ts'
import { cover } from './render/cover.ts'
import { checkMemory } from './render/needed-memory.ts'
import { placeholder } from './render/placeholder.ts'
import { render, targets, timeoutMsOf } from './render/render.ts'
import { verify } from './render/verify.ts'
import { decodeWork, transcodeWork } from './render/work.ts'
import { writeWhole } from './render/write-whole.ts'
import { createPictures } from './still/pictures.ts'

/** Upright, as most of what phones record. */
const drawing = () => placeholder({ width: 9, height: 16 }, 82)

/** What an instance of ffmpeg.wasm can have. */
const maxWasmBytes = 2 ** 31

/** A native ffmpeg that was found is tried out after this time, if no file came before. */
const tryAfterMs = 1_000

/**
 * Opens the media port. Whichever ffmpeg does the work, a file is first read in a media child; the
 * children start when the first file comes.
 * @throws Error with a sentence for the operator, if a named ffmpeg can't be used
 */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const memory = createMemoryGuard(options.memory || totalmem() / 4)
  const pool = createChildPool(defaultLanes, startMediaChild, memory)
  const found = options.ffmpeg === 'auto' ? Bun.which('ffmpeg') : null
  const stop = new AbortController()
  const open = async (): Promise<Ffmpeg> => {
    if (found) {
      const { signal } = stop
      // One that lacks x264, or is too old, is no reason not to start.
      return createNativeFfmpeg(found, defaultLanes, memory, { signal }).catch((error) => {
        if (!signal.aborted) options.note?.(`${error.message}; the embedded one is used`)
        return createEmbeddedFfmpeg(pool)
      })
    }
    const embedded = options.ffmpeg === 'auto' || options.ffmpeg === 'embedded'
    return embedded
      ? createEmbeddedFfmpeg(pool)
      : createNativeFfmpeg(options.ffmpeg, defaultLanes, memory)
  }
  let engine: Media['engine'] = 'auto'
  let opened: Promise<Ffmpeg> | undefined
  const ffmpeg = () => {
    opened ??= open().then((chosen) => {
      engine = chosen.kind
      return chosen
    })
    return opened
  }
  // Trying one out takes 0.4 s, four times as long as the whole server takes to start.
  const timer = found ? setTimeout(ffmpeg, tryAfterMs).unref() : undefined
  if (!found) await ffmpeg()

  const readFileInfo = (path: string) => fileInfoOf(pool, path)
  const readKeyframes = (path: string, info: FileInfo, timeoutMs: number) =>
    keyframeSizesOf(pool, path, info, timeoutMs)
  const context = async () => ({
    ffmpeg: await ffmpeg(),
    limits: options,
    readFileInfo,
    readKeyframes,
  })
  return {
    get engine() {
      return engine
    },
    async inspect(path) {
      const [chosen, info] = await Promise.all([ffmpeg(), readFileInfo(path)])
      const inspection = planFor(info, options, chosen.decoders)
      const most = chosen.kind === 'embedded' ? maxWasmBytes : Number.POSITIVE_INFINITY
      checkMemory(inspection, Math.min(memory.maxOfOne, most))
      return inspection
    },
    render: async (path, inspection, target, options) =>
      render(await context(), path, inspection, target, options),
    verify: async (path, inspection, seconds) =>
      verify(await context(), path, inspection, timeoutMsOf(seconds)),
    picture: createPictures(pool),
    drawCover: async (target) => writeWhole(target, await drawing()),
    calibrate: async () => calibrate(await ffmpeg()),
    workOf: async (inspection) => ({
      decode: decodeWork(inspection),
      transcode: transcodeWork(inspection, targets[(await ffmpeg()).kind]),
    }),
    cover: async (path, info, target) => cover(await context(), path, info, target),
    async close() {
      clearTimeout(timer)
      stop.abort()
      pool.close()
      await opened?.then((chosen) => chosen.close())
    },
  }
}
