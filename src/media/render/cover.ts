import { open, readFile, rm } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { isDiskFull } from '../../lib/error-codes.ts'
import type { Inspection } from '../media.ts'
import type { CoverContext } from './context.ts'
import {
  coverFilters,
  coverWidth,
  type FrameArgs,
  firstFramesArgs,
  searchSeconds,
  spreadFramesArgs,
} from './cover-args.ts'
import { frameScore } from './frame-score.ts'
import { placeholder } from './placeholder.ts'

const jpegQuality = 82
const firstTimeoutMs = 20_000

/** A frame with this score is taken as it is; those of ordinary clips have 35 to 90. */
const goodScore = 24
/** How many later frames are compared where the first ones show little. */
const candidates = 7
/** With so many of them from keyframes alone, which cost a tenth, the others aren't decoded. */
const enoughKeyframes = 3
/** Candidates that aren't there by then are left out; usually all come within a second. */
const candidatesTimeoutMs = 8_000

/**
 * Writes the cover: the first frame of the first two seconds that is neither black nor of one colour.
 * Where that shows little, as in a fade, the best of some later ones; if none decodes, a drawing.
 * @throws AppError storage_full, busy, unavailable
 */
export async function cover(
  context: CoverContext,
  path: string,
  inspection: Inspection,
  target: string,
): Promise<void> {
  const files: string[] = []
  /** Runs ffmpeg. Which of the returned files it wrote, its exit status doesn't tell. */
  const decode = async (amount: number, args: FrameArgs, timeoutMs: number): Promise<string[]> => {
    const outputs = Array.from({ length: amount }, (_, i) => `${target}.${files.length + i}.bmp`)
    files.push(...outputs)
    const { limits, ffmpeg } = context
    await ffmpeg.run({
      lane: 'interactive',
      input: path,
      outputs,
      args: (input, names) => args({ limits, inspection, input }, names),
      timeoutMs,
    })
    return outputs
  }
  try {
    const filters = coverFilters(context.ffmpeg, inspection)
    // Frames are read one after the other: those of a tall video have up to 100 MB.
    let best: Frame | null = null
    for (const file of await decode(2, firstFramesArgs(filters), firstTimeoutMs)) {
      best ??= await readFrame(file)
    }
    if (!best || best.score < goodScore) {
      const step = Math.min(searchSeconds, inspection.duration || searchSeconds) / candidates
      for (const skip of ['nokey', 'noref'] as const) {
        const args = spreadFramesArgs(filters, step, skip)
        let found = 0
        for (const file of await decode(candidates, args, candidatesTimeoutMs)) {
          const frame = await readFrame(file)
          if (frame) found++
          if (frame && (!best || frame.score > best.score)) best = frame
        }
        if (found >= enoughKeyframes) break
      }
    }
    await write(target, (best && (await encode(best.bmp))) ?? (await placeholder(inspection)))
  } catch (error) {
    await rm(target, { force: true })
    throw error
  } finally {
    for (const file of files) await rm(file, { force: true })
  }
}

interface Frame {
  readonly bmp: Uint8Array
  readonly score: number
}

/** Null if ffmpeg didn't write it. */
async function readFrame(path: string): Promise<Frame | null> {
  const bmp = await readFile(path).catch(() => null)
  return bmp?.length ? { bmp, score: frameScore(bmp) } : null
}

/** The picture as JPEG; null if it can't be read. */
async function encode(bmp: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await new Bun.Image(bmp, { maxPixels: coverWidth * 16_384 })
      .resize(coverWidth, 16_384, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: jpegQuality })
      .bytes()
  } catch {
    return null
  }
}

/** Through a handle, since Bun's own writer doesn't report a full disk. */
async function write(target: string, bytes: Uint8Array): Promise<void> {
  try {
    await using file = await open(target, 'w')
    await file.writeFile(bytes)
  } catch (error) {
    throw isDiskFull(error) ? new AppError('storage_full') : error
  }
}
