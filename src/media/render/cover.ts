import { readFile, rm, stat } from 'node:fs/promises'
import type { Ffmpeg } from '../ffmpeg.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import { type Limits, MediaTrouble } from '../media.ts'
import { asShown } from './av1/as-shown.ts'
import { copyCeiling, openPackets, type Which } from './av1/packets.ts'
import { openTonemap, type Tonemap } from './colour/tonemap.ts'
import { type Look, looksArgs, maxFrames } from './cover-looks.ts'
import { frameScore } from './frame-score.ts'
import { placeholder } from './placeholder.ts'
import { writeWhole } from './write-whole.ts'

/** Pixels. */
const coverWidth = 720
const maxCoverPixels = coverWidth * 16_384
const jpegQuality = 82

/** A frame with this score is taken as it is; those of ordinary clips have 35 to 90. */
const goodScore = 24

/** Nobody sees anything on a frame below this: it is black, or one colour. */
const blankScore = 1

/**
 * Where a frame is looked for until one is good. What isn't there in time is left out; usually all
 * come within a second.
 */
const looks = [
  { look: 'first', timeoutMs: 20_000, which: 'first' },
  { look: 'keyframes', timeoutMs: 8_000, which: 'keyframes' },
  // The last of ten frames at growing distances is there.
  { look: 'any', timeoutMs: 8_000, which: 32 },
] as const

/** All looks but the first have this time together: somebody's upload waits for it. */
const furtherMs = 10_000

/** As many pixels are decoded for a look, or three frames: ten of 4K, three of 8K. */
const lookPixels = 100e6
const fewestFrames = 3

interface CoverContext {
  readonly ffmpeg: Ffmpeg
  readonly limits: Pick<Limits, 'maxPixels'>
}

/**
 * Writes the cover: the first frame, or where that shows little, as in a fade, the best of some that
 * follow; a drawing if none decodes, or none shows anything.
 * @throws AppError storage_full, busy, unavailable
 */
export async function cover(
  context: CoverContext,
  path: string,
  info: FileInfo,
  target: string,
): Promise<void> {
  const files = Array.from({ length: maxFrames }, (_, i) => `${target}.${i}.bmp`)
  try {
    await using tonemap = await openTonemap(info.video, `${target}.cube`)
    const affordable = Math.floor(lookPixels / (info.video.width * info.video.height))
    let best: Frame | null = null
    let leftMs = furtherMs
    for (const one of looks) {
      const isFirst = one.look === 'first'
      const outputs = files.slice(0, isFirst ? 1 : Math.max(fewestFrames, affordable))
      const timeoutMs = isFirst ? one.timeoutMs : Math.min(one.timeoutMs, leftMs)
      const from = performance.now()
      // Which of the files it wrote, its exit status doesn't tell. And a cover is no reason to keep
      // its video waiting.
      const job = { ...one, timeoutMs, path, info, target, tonemap, outputs }
      await look(context, job).catch(ignoreTrouble)
      if (!isFirst) leftMs -= performance.now() - from
      // One after the other: those of a tall video have up to 100 MB.
      for (const file of outputs) {
        const frame = await readFrame(file)
        if (frame && (!best || frame.score > best.score)) best = frame
        await rm(file, { force: true })
      }
      if ((best && best.score >= goodScore) || leftMs <= 0) break
    }
    const shown = best && best.score >= blankScore ? await encode(best.bmp) : null
    await writeWhole(target, shown ?? (await placeholder(info.video, jpegQuality)))
  } catch (error) {
    await rm(target, { force: true })
    throw error
  } finally {
    for (const file of files) await rm(file, { force: true })
  }
}

interface LookJob {
  readonly path: string
  readonly info: FileInfo
  readonly target: string
  readonly look: Look
  readonly which: Which
  readonly timeoutMs: number
  readonly tonemap: Tonemap
  readonly outputs: readonly string[]
}

/** Writes the frames of a look, as BMP. @throws AppError storage_full, busy, unavailable; MediaTrouble */
async function look({ ffmpeg, limits }: CoverContext, job: LookJob): Promise<void> {
  const { path, info, target, which, timeoutMs, tonemap, outputs } = job
  await using apart = await openPackets({
    ...{
      ffmpeg,
      limits,
      lane: 'interactive',
      path,
      info,
      target: `${target}.ivf`,
      which,
      timeoutMs,
    },
    most: which === 'keyframes' ? outputs.length : null,
    maxBytes: copyCeiling((await stat(path)).size),
  })
  await ffmpeg.run({
    lane: 'interactive',
    input: path,
    tables: tonemap.files,
    packets: apart.packets,
    outputs,
    args: (input, outputs, tables, packets) =>
      looksArgs(job.look, {
        ...{ info, limits, input, outputs, packets: apart.packets && packets },
        filters: [
          ...(apart.packets ? asShown(info.video) : []),
          ...[...tonemap.filters(scale, tables), 'setsar=1', 'format=bgr24'],
        ],
      }),
    timeoutMs,
  })
}

const size = `min(1,${coverWidth}/(iw*sar))`

/** Makes a stored frame as large as the cover, upright, with square pixels. */
const scale = `scale='max(2,trunc(iw*sar*${size}))':'max(2,trunc(ih*${size}))':flags=bilinear`

function ignoreTrouble(error: unknown): void {
  if (!(error instanceof MediaTrouble)) throw error
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
