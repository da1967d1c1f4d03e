import { open, readFile, rm } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { isDiskFull } from '../../lib/system-errors.ts'
import type { Ffmpeg } from '../ffmpeg.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import type { Limits } from '../media.ts'
import { frameScore } from './frame-score.ts'
import { inputArgs } from './input-args.ts'
import { placeholder } from './placeholder.ts'
import { tonemapFilters } from './tonemap.ts'

/** Pixels. */
const coverWidth = 720
const maxCoverPixels = coverWidth * 16_384
const jpegQuality = 82

/** A frame with this score is taken as it is; those of ordinary clips have 35 to 90. */
const goodScore = 24

/** The part of the video in which a better frame than the first one is looked for. */
const searchSeconds = 5

/**
 * What is decoded, until a frame is good: the first frame, then some keyframes, which cost a tenth of
 * the others, then any. What isn't there in time is left out; usually all come within a second.
 */
const passes = [
  { amount: 1, skip: 'noref', timeoutMs: 20_000 },
  { amount: 8, skip: 'nokey', timeoutMs: 8_000 },
  { amount: 8, skip: 'noref', timeoutMs: 8_000 },
] as const

interface CoverContext {
  readonly ffmpeg: Ffmpeg
  readonly limits: Pick<Limits, 'maxPixels'>
}

/**
 * Writes the cover: the first frame, or where that shows little, as in a fade, the best of some that
 * follow; if none decodes, a drawing.
 * @throws AppError storage_full, busy, unavailable
 */
export async function cover(
  { ffmpeg, limits }: CoverContext,
  path: string,
  info: FileInfo,
  target: string,
): Promise<void> {
  const files = Array.from({ length: 8 }, (_, i) => `${target}.${i}.bmp`)
  const filters = coverFilters(ffmpeg, info)
  try {
    let best: Frame | null = null
    for (const { amount, skip, timeoutMs } of passes) {
      const outputs = files.slice(0, amount)
      // Which of the files it wrote, its exit status doesn't tell.
      await ffmpeg.run({
        lane: 'interactive',
        input: path,
        outputs,
        args: (input, names) => [
          // `noref` leaves out the frames that no other needs: up to a quarter of the time.
          ...['-v', 'error', '-nostdin', '-y', '-t', `${searchSeconds}`, '-skip_frame', skip],
          ...inputArgs(limits, info.container, input),
          ...spreadArgs(filters, Math.min(searchSeconds, info.duration || searchSeconds), names),
        ],
        timeoutMs,
      })
      // One after the other: those of a tall video have up to 100 MB.
      for (const file of outputs) {
        const frame = await readFrame(file)
        if (frame && (!best || frame.score > best.score)) best = frame
      }
      if (best && best.score >= goodScore) break
    }
    await write(
      target,
      (best && (await encode(best.bmp))) ?? (await placeholder(info.video, jpegQuality)),
    )
  } catch (error) {
    await rm(target, { force: true })
    throw error
  } finally {
    for (const file of files) await rm(file, { force: true })
  }
}

/** Filters that make a stored frame as large as the cover, upright, with square pixels, in BT.709. */
function coverFilters(ffmpeg: Ffmpeg, { video }: FileInfo): string[] {
  const size = `min(1,${coverWidth}/(iw*sar))`
  return [
    `scale='max(2,trunc(iw*sar*${size}))':'max(2,trunc(ih*${size}))':flags=bilinear,setsar=1`,
    ...tonemapFilters(ffmpeg, video),
    'format=yuv420p',
  ]
}

/** Frames spread over so many seconds, the first one among them, each to one of `outputs`. */
function spreadArgs(filters: string[], seconds: number, outputs: readonly string[]): string[] {
  const step = seconds / outputs.length
  const select = `[0:V:0]select='isnan(prev_selected_t)+gte(t-prev_selected_t,${step})'`
  const copies = outputs.map((_, i) => `[s${i}]`).join('')
  const chain = [select, ...filters, `split=${outputs.length}${copies}`].join(',')
  const picks = outputs.map((_, i) => `[s${i}]select='eq(n,${i})'[p${i}]`)
  return [
    ...['-filter_complex', [chain, ...picks].join(';')],
    ...outputs.flatMap((output, i) => [
      ...['-map', `[p${i}]`, '-fps_mode', 'vfr', '-frames:v', '1', '-update', '1'],
      // BMP, because the embedded ffmpeg corrupts its memory when it encodes JPEG.
      ...['-c:v', 'bmp', '-f', 'image2', output],
    ]),
  ]
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
    const image = new Bun.Image(bmp, { maxPixels: maxCoverPixels })
    return await image.jpeg({ quality: jpegQuality }).bytes()
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
