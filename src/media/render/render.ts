import { rm, stat } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import type { Ffmpeg } from '../ffmpeg.ts'
import { ceiling as phone } from '../inspect/ceiling.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import { checkDuration, transcodeOf } from '../inspect/plan.ts'
import {
  type Inspection,
  type Limits,
  MediaTrouble,
  type RenderOptions,
  type Rendition,
} from '../media.ts'
import { asShown } from './av1/as-shown.ts'
import { copyCeiling, isApart, openPackets, pictureInput, refusalIn } from './av1/packets.ts'
import { openTonemap, type Tonemap } from './colour/tonemap.ts'
import { inputArgs } from './input-args.ts'
import { pictureArgs, type Size, type Target } from './picture-args.ts'

/**
 * What a transcode makes at most: with a native ffmpeg what phones decode; with the embedded one, which
 * is slower, a fifth of the pixels.
 */
export const targets: Record<Ffmpeg['kind'], Target> = {
  native: phone,
  embedded: { shortSide: 720, frameRate: 30 },
}

export interface RenderContext {
  readonly ffmpeg: Ffmpeg
  readonly limits: Limits
  /** @throws AppError of readFileInfo, busy, unavailable */
  readonly readFileInfo: (path: string) => Promise<FileInfo>
  /** The sizes that keyframes have as displayed, each once; none, if they can't be read. */
  readonly readKeyframes: (path: string, info: FileInfo, timeoutMs: number) => Promise<Size[]>
}

/**
 * Writes the playable MP4. A copy or a remux keeps the picture as it is, with its rotation, which
 * every player honours; a transcode makes it upright, square, progressive, 8 bits, and no larger or
 * faster than its target.
 * @throws AppError video_damaged, video_too_long, codec_unsupported, sound_unsupported, storage_full,
 *   busy, unavailable; MediaTrouble
 */
export async function render(
  context: RenderContext,
  path: string,
  given: Inspection,
  target: string,
  { seconds = 0, conceal = false, maxBytes = Number.MAX_SAFE_INTEGER }: RenderOptions = {},
): Promise<Rendition> {
  const inspection = conceal ? concealing(given) : given
  const { size } = await stat(path)
  const timeoutMs = timeoutMsOf(seconds, size)
  const ceiling = Math.min(maxBytes, outputCeiling(inspection, size, context.limits))
  try {
    const ceilingOfPackets = Math.min(maxBytes, copyCeiling(size))
    await using apart = await openPackets({
      ...{ ...context, path, info: inspection, target: `${target}.ivf`, timeoutMs },
      ...{ lane: 'background', which: 'all', most: null, maxBytes: ceilingOfPackets },
    })
    if (apart.state !== 'whole') {
      const isFull = apart.state === 'cut' && ceilingOfPackets === maxBytes
      throw new AppError(isFull ? 'storage_full' : 'video_damaged')
    }
    await using tonemap = await openTonemap(inspection.video, `${target}.cube`)
    const readsSizes = mayChangeSize(inspection, conceal)
    const sizes = readsSizes ? await context.readKeyframes(path, inspection, timeoutMs) : []
    const picture = pictureOf(context.ffmpeg, inspection, sizes, tonemap)
    const attempt = (keepsLevel: boolean) =>
      context.ffmpeg.run({
        lane: inspection.plan === 'transcode' ? 'background' : 'interactive',
        input: path,
        tables: tonemap.files,
        packets: apart.packets,
        outputs: [target],
        args: (input, outputs, tables, packets) => {
          const made = picture ? picture(tables) : copyArgs(inspection, keepsLevel)
          const args = renderArgs(context, inspection, { input, packets }, made)
          return [...args, '-fs', `${ceiling}`, ...outputs]
        },
        timeoutMs,
      })
    let result = await attempt(false)
    // The filter that corrects the level gives up on headers that players don't mind.
    if (result.code !== 0 && isOverstated(inspection)) result = await attempt(true)
    const { code, log, cpuMs } = result
    if (log.some((line) => /Decoder .*not found|no decoder found/i.test(line))) {
      throw undecodable(inspection)
    }
    const refusal = apart.packets && refusalIn(log)
    if (refusal) throw refusal
    const lack = code !== 0 && log.find(isLack)
    if (lack) throw new MediaTrouble('engine', lack)
    if (code !== 0) throw new AppError('video_damaged')
    // It stops there without a word.
    if ((await stat(target)).size >= ceiling * 0.98) {
      if (ceiling === maxBytes) throw new AppError('storage_full')
      throw new AppError('video_damaged')
    }
    return { ...(await check(context, inspection, target)), cpuMs: cpuMs + apart.cpuMs }
  } catch (error) {
    await rm(target, { force: true })
    throw error
  }
}

/**
 * How the picture is made anew, given the names of the tone map's tables; null if it is kept.
 * @param sizes of its keyframes, if they may have several
 */
function pictureOf(
  ffmpeg: Ffmpeg,
  { keepsVideo, video }: Inspection,
  sizes: readonly Size[],
  tonemap: Tonemap,
): ((tables: readonly string[]) => string[]) | null {
  if (keepsVideo) return null
  const largest = sizes.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a), video)
  const size = sizes.length > 1 ? largest : video
  const first = isApart(ffmpeg, video) ? asShown(video) : []
  return (tables) =>
    pictureArgs(video, size, targets[ffmpeg.kind], {
      first,
      tonemap: (scale) => tonemap.filters(scale, tables),
    })
}

/**
 * Whether frames that are made anew may change their size from one keyframe to another. The HEVC of
 * phones has one size for a whole MP4, and looking would take up to a tenth of its transcode; a copy
 * may be of what had several: there it is a fault to be concealed.
 */
const mayChangeSize = ({ keepsVideo, video, container }: Inspection, conceal: boolean): boolean => {
  const isOfPhone = video.codec === 'hevc' && (container === 'mp4' || container === 'mov')
  return !keepsVideo && resizable.has(video.codec) && (conceal || !isOfPhone)
}

const resizable = new Set(['vp8', 'vp9', 'h264', 'hevc', 'mpeg2video'])

const isOverstated = ({ keepsVideo, video }: Inspection): boolean =>
  keepsVideo && video.effort === 'overstated'

/** Keeps the picture bit for bit; only a level beyond what it needs is corrected in its header. */
const copyArgs = (inspection: Inspection, keepsLevel: boolean): string[] => [
  ...['-c:v', 'copy'],
  ...(isOverstated(inspection) && !keepsLevel
    ? ['-bsf:v', `h264_metadata=level=${phone.level / 10}`]
    : []),
]

/** What ffmpeg says of arguments that its build doesn't know, whatever the file is. */
const isLack = (line: string): boolean =>
  /No such filter|filter not present|Unknown encoder|Unrecognized option/.test(line) ||
  /\b(?:Encoder|Muxer|[Ff]ilter|Option(?: '[^']*')?) not found/.test(line)

function undecodable({ keepsVideo, video, audio }: Inspection): AppError {
  return keepsVideo && audio
    ? new AppError('sound_unsupported', { codec: audio.codec.toUpperCase() })
    : new AppError('codec_unsupported', { codec: video.codec.toUpperCase() })
}

/** Everything but the name of the output. */
function renderArgs(
  { ffmpeg, limits }: RenderContext,
  { container, video, audio }: Inspection,
  { input, packets }: { input: string; packets: string },
  picture: readonly string[],
): string[] {
  const apart = isApart(ffmpeg, video)
  return [
    ...['-v', 'error', '-nostdin', '-y'],
    ...[...inputArgs(limits, container, input), ...(apart ? pictureInput(limits, packets) : [])],
    // The picture and the sound that were chosen: no data, subtitles or chapters, and no tags, which
    // hold where a phone was and what else its owner didn't mean to publish.
    ...['-map', apart ? '1:0' : `0:${video.stream}`],
    ...(audio ? ['-map', `0:${audio.stream}`] : []),
    ...['-sn', '-dn', '-map_chapters', '-1', '-map_metadata', '-1'],
    ...picture,
    ...(audio?.universal ? ['-c:a', 'copy'] : audioArgs),
    // A little more than allowed shows that a file without a stated duration is too long.
    ...['-t', `${limits.maxDuration * 1.05}`],
    ...['-movflags', '+faststart', '-f', 'mp4'],
  ]
}

const audioArgs = ['-c:a', 'aac', '-ac', '2', '-ar', '44100', '-b:a', '128k']

/** Sound too may be broken. */
function concealing(given: Inspection): Inspection {
  const inspection = transcodeOf(given)
  const { audio } = inspection
  return { ...inspection, audio: audio && { ...audio, universal: false } }
}

/**
 * What an output may have at most, in bytes. A copy has what the file has, and an index of its own;
 * noise that is encoded has some 100 Mbit/s.
 */
function outputCeiling({ plan, duration }: Inspection, size: number, limits: Limits): number {
  if (plan !== 'transcode') return copyCeiling(size)
  return (16 << 20) + Math.ceil(duration || limits.maxDuration) * (20 << 20)
}

/** Beside other jobs, or with a picture that is hard to encode, it takes longer than expected. */
const patience = 6

/** The time in which a slow disk copies the file; to encode it, some times what that should take. */
export const timeoutMsOf = (seconds: number, bytes = 0): number =>
  60_000 + bytes / 2_000 + seconds * 1000 * patience

/** ffmpeg returns 0 after much that went wrong, so the result itself is read. */
async function check(
  { readFileInfo, limits }: RenderContext,
  inspection: Inspection,
  target: string,
): Promise<Omit<Rendition, 'cpuMs'>> {
  const { container, faststart, video, duration } = await readFileInfo(target)
  checkDuration(duration, limits)
  const missing = inspection.duration - duration
  const whole = missing <= 1 + inspection.duration * 0.05
  if (container !== 'mp4' || !faststart || !video.universal || !whole) {
    throw new AppError('video_damaged')
  }
  const { size } = await stat(target)
  return { size, width: video.width, height: video.height, duration }
}
