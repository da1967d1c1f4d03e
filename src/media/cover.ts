import { open, readFile, rm } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import { isDiskFull } from '../lib/disk-full.ts'
import type { MediaContext } from './engine.ts'
import { inputArgs } from './input.ts'
import type { Inspection } from './media.ts'
import { placeholder } from './placeholder.ts'
import { toneArgs } from './tone.ts'
import { worth } from './worth.ts'

const WIDTH = 720
const QUALITY = 82
const TIMEOUT = 20_000

/** A picture worth this much is taken as it is; those of ordinary clips are worth 35 to 90. */
const CLEAR = 24
/** Seconds in which a good one is looked for. */
const START = 2
/** Seconds in which a better one is looked for, and how many are compared. */
const SPAN = 5
const CANDIDATES = 7
/** With so many of them from keyframes alone, which cost a tenth, the others aren't decoded. */
const ENOUGH = 3
/** Milliseconds; one that isn't there by then isn't waited for. Usually all come within a second. */
const PATIENCE = 8_000

/**
 * Writes the cover: the first frame of the first two seconds that is neither black nor of one
 * colour. Where that shows little, as in a fade, the best of some later ones; if none decodes, a
 * drawing.
 * @throws AppError storage_full, busy, unavailable
 */
export async function cover(
  context: MediaContext,
  path: string,
  inspection: Inspection,
  target: string,
): Promise<void> {
  const frames: string[] = []
  /** Runs ffmpeg, and answers the pictures that it made, which its exit status doesn't tell. */
  const shoot = async (amount: number, args: Shots, timeout: number): Promise<string[]> => {
    const outputs = Array.from({ length: amount }, (_, at) => `${target}.${frames.length + at}.bmp`)
    frames.push(...outputs)
    await context.engine.run({
      lane: 'interactive',
      input: path,
      outputs,
      args: (input, names) => [
        ...['-v', 'error', '-nostdin', '-y'],
        ...args(inputArgs(context.limits, inspection, input), names),
      ],
      timeout,
    })
    return outputs
  }
  try {
    const filters = shapeArgs(context, inspection)
    const [good, first] = await shoot(2, (input, to) => firstGood(input, filters, to), TIMEOUT)
    let best = (await look(good!)) ?? (await look(first!))
    if (!best || best.worth < CLEAR) {
      const step = Math.min(SPAN, inspection.duration || SPAN) / CANDIDATES
      for (const skip of ['nokey', 'noref'] as const) {
        const shots: Shots = (input, to) => spread(input, filters, step, skip, to)
        let found = 0
        for (const frame of await shoot(CANDIDATES, shots, PATIENCE)) {
          const one = await look(frame)
          if (one) found++
          if (one && (!best || one.worth > best.worth)) best = one
        }
        if (found >= ENOUGH) break
      }
    }
    await write(target, (best && (await encode(best.bytes))) ?? (await placeholder(inspection)))
  } catch (error) {
    await rm(target, { force: true })
    throw error
  } finally {
    for (const frame of frames) await rm(frame, { force: true })
  }
}

/** The arguments of ffmpeg, given those of its input and the names of the outputs. */
type Shots = (input: string[], outputs: readonly string[]) => string[]

/** Of a frame as stored: as large as the cover, upright, in square pixels and ordinary colours. */
function shapeArgs({ engine }: MediaContext, inspection: Inspection): string[] {
  const size = `min(1,${WIDTH}/(iw*sar))`
  return [
    `scale='max(2,trunc(iw*sar*${size}))':'max(2,trunc(ih*${size}))':flags=bilinear,setsar=1`,
    ...toneArgs(engine, inspection),
    'format=yuv420p',
  ]
}

/**
 * One pass over four frames a second, in two outputs: the first frame that is bright (mean luma over
 * 40 of 255) and not of one colour (entropy over a quarter of the most), and the first one of all.
 */
const firstGood = (input: string[], filters: string[], [good, first]: readonly string[]) => [
  // Frames that no other needs are left out, which saves up to a quarter.
  ...['-t', `${START}`, '-skip_frame', 'noref', ...input],
  '-filter_complex',
  [
    "[0:V:0]select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.25)'",
    ...[...filters, 'split[a][b];[b]signalstats'],
    'metadata=select:key=lavfi.signalstats.YAVG:value=40:function=greater,entropy',
    'metadata=select:key=lavfi.entropy.normalized_entropy.normal.Y:value=0.25:function=greater[c]',
  ].join(','),
  ...['-map', '[c]', ...picture(good!)],
  ...['-map', '[a]', ...picture(first!)],
]

/** A frame each `step` seconds after the last, but for the first one, in an output each. */
function spread(
  input: string[],
  filters: string[],
  step: number,
  skip: 'nokey' | 'noref',
  outputs: readonly string[],
): string[] {
  const graph = [
    `[0:V:0]select='gte(t,${step})*(isnan(prev_selected_t)+gte(t-prev_selected_t,${step}))'`,
    ...[...filters, `split=${outputs.length}`],
  ].join(',')
  const picks = outputs.map((_, at) => `[s${at}]select='eq(n,${at})'[p${at}]`)
  return [
    ...['-t', `${SPAN}`, '-skip_frame', skip, ...input, '-filter_complex'],
    [`${graph}${outputs.map((_, at) => `[s${at}]`).join('')}`, ...picks].join(';'),
    ...outputs.flatMap((output, at) => ['-map', `[p${at}]`, ...picture(output)]),
  ]
}

/** BMP, because the embedded ffmpeg corrupts its memory when it encodes JPEG. */
const picture = (output: string): string[] => [
  ...['-fps_mode', 'vfr', '-frames:v', '1', '-update', '1', '-c:v', 'bmp', '-f', 'image2', output],
]

/** The picture in a file of ffmpeg's; null if there is none. */
async function look(path: string): Promise<{ bytes: Uint8Array; worth: number } | null> {
  const bytes = await readFile(path).catch(() => null)
  return bytes?.length ? { bytes, worth: worth(bytes) } : null
}

/** The picture as JPEG; null if it can't be read. */
async function encode(bmp: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await new Bun.Image(bmp, { maxPixels: WIDTH * 16_384 })
      .resize(WIDTH, 16_384, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: QUALITY })
      .bytes()
  } catch {
    return null
  }
}

/** By a handle, since Bun's own writer doesn't report a full disk. */
async function write(target: string, bytes: Uint8Array): Promise<void> {
  try {
    await using file = await open(target, 'w')
    await file.writeFile(bytes)
  } catch (error) {
    throw isDiskFull(error) ? new AppError('storage_full') : error
  }
}
