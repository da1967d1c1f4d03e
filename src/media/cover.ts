import { open, readFile, rm } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import type { MediaContext } from './engine.ts'
import { inputArgs } from './input.ts'
import type { Inspection } from './media.ts'
import { placeholder } from './placeholder.ts'
import { toneArgs } from './tone.ts'

const WIDTH = 720
const QUALITY = 82
const TIMEOUT = 20_000

/**
 * Writes the cover: the first frame worth looking at in the first five seconds, else the first that
 * decodes, else a drawing.
 * @throws AppError storage_full, busy, unavailable
 */
export async function cover(
  context: MediaContext,
  path: string,
  inspection: Inspection,
  target: string,
): Promise<void> {
  const frames = [`${target}.good.bmp`, `${target}.first.bmp`]
  try {
    await context.engine.run({
      lane: 'interactive',
      input: path,
      outputs: frames,
      args: (input, outputs) => coverArgs(context, inspection, input, outputs),
      timeout: TIMEOUT,
    })
    // The exit status says little: ffmpeg answers 0 without a picture and 1 with one.
    const jpeg = (await encode(frames[0]!)) ?? (await encode(frames[1]!))
    await write(target, jpeg ?? (await placeholder(inspection)))
  } catch (error) {
    await rm(target, { force: true })
    throw error
  } finally {
    for (const frame of frames) await rm(frame, { force: true })
  }
}

/**
 * One pass over four frames a second, in two outputs: the first frame that is bright (mean luma over
 * 40 of 255) and not of one colour (entropy over a quarter of the most), and the first one of all.
 * BMP, because the embedded ffmpeg corrupts its memory when it encodes JPEG.
 */
function coverArgs(
  { engine, limits }: MediaContext,
  inspection: Inspection,
  input: string,
  [good, first]: readonly string[],
) {
  const size = `min(1,${WIDTH}/(iw*sar))`
  const frame = ['-frames:v', '1', '-update', '1', '-c:v', 'bmp', '-f', 'image2']
  return [
    ...['-v', 'error', '-nostdin', '-y', '-t', '5'],
    // Frames that no other needs are left out, which saves up to a quarter.
    ...['-skip_frame', 'noref', ...inputArgs(limits, inspection, input)],
    '-filter_complex',
    [
      "[0:V:0]select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.25)'",
      `scale='max(2,trunc(iw*sar*${size}))':'max(2,trunc(ih*${size}))':flags=bilinear,setsar=1`,
      ...toneArgs(engine, inspection),
      'format=yuv420p,split[a][b];[b]signalstats',
      'metadata=select:key=lavfi.signalstats.YAVG:value=40:function=greater,entropy',
      'metadata=select:key=lavfi.entropy.normalized_entropy.normal.Y:value=0.25:function=greater[c]',
    ].join(','),
    ...['-map', '[c]', '-fps_mode', 'vfr', ...frame, good!],
    ...['-map', '[a]', '-fps_mode', 'vfr', ...frame, first!],
  ]
}

/** The picture as JPEG; null if there is none or it can't be read. */
async function encode(bmp: string): Promise<Uint8Array | null> {
  const bytes = await readFile(bmp).catch(() => null)
  if (!bytes?.length) return null
  try {
    return await new Bun.Image(bytes, { maxPixels: WIDTH * 16_384 })
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
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOSPC' || code === 'EDQUOT' ? new AppError('storage_full') : error
  }
}
