import { rm, stat } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import type { Ffmpeg } from '../ffmpeg.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import { checkDuration } from '../inspect/plan.ts'
import type { Inspection, Limits, Rendition } from '../media.ts'
import { inputArgs } from './input-args.ts'
import { tonemapFilters } from './tonemap.ts'

/** Pixels of the short side of what a transcode makes; a phone shows no more, and it halves the time. */
const maxShortSide = 720

/** Frames a second of what a transcode makes. */
const maxFrameRate = 30

interface RenderContext {
  readonly ffmpeg: Ffmpeg
  readonly limits: Limits
  /** @throws AppError not_a_video, video_damaged, busy, unavailable */
  readonly readFileInfo: (path: string) => Promise<FileInfo>
}

/**
 * Writes the playable MP4. A copy or a remux keeps the picture as it is, with its rotation, which
 * every player honours; a transcode makes it upright, square, 8 bits, at most 720 on the short side
 * and 30 frames a second.
 * @throws AppError video_damaged, video_too_long, codec_unsupported, storage_full, busy, unavailable
 */
export async function render(
  context: RenderContext,
  path: string,
  inspection: Inspection,
  target: string,
): Promise<Rendition> {
  try {
    const { code, log } = await context.ffmpeg.run({
      lane: inspection.plan === 'transcode' ? 'background' : 'interactive',
      input: path,
      outputs: [target],
      args: (input, outputs) => [...renderArgs(context, inspection, input), ...outputs],
      timeoutMs: timeoutMsOf(inspection, (await stat(path)).size),
    })
    if (log.some((line) => /Decoder .*not found|no decoder found/i.test(line))) {
      throw new AppError('codec_unsupported', { codec: inspection.video.codec.toUpperCase() })
    }
    if (code !== 0) throw new AppError('video_damaged')
    return await check(context, inspection, target)
  } catch (error) {
    await rm(target, { force: true })
    throw error
  }
}

/** Everything but the name of the output. */
function renderArgs(
  { ffmpeg, limits }: RenderContext,
  inspection: Inspection,
  input: string,
): string[] {
  const { plan, keepsVideo, video, audio } = inspection
  const copy = ['-c:v', 'copy']
  return [
    ...['-v', 'error', '-nostdin', '-y'],
    ...inputArgs(limits, inspection.container, input),
    // The first picture that isn't a cover image, and one audio track: no data, subtitles or chapters,
    // and no tags, which hold where a phone was and what else its owner didn't mean to publish.
    ...['-map', '0:V:0', ...(audio ? ['-map', `0:a:${audio.track}`] : [])],
    ...['-sn', '-dn', '-map_chapters', '-1', '-map_metadata', '-1'],
    ...(keepsVideo ? copy : videoArgs(tonemapFilters(ffmpeg, video))),
    ...(plan === 'transcode' && audio?.codec !== 'aac' ? audioArgs : ['-c:a', 'copy']),
    // A little more than allowed shows that a file without a stated duration is too long.
    ...['-t', `${limits.maxDuration * 1.05}`],
    ...['-movflags', '+faststart', '-f', 'mp4'],
  ]
}

// Square pixels first, then the limit on the short side, then even numbers, as 4:2:0 needs.
const width = `iw*sar*min(1,${maxShortSide}/min(iw*sar,ih))`
const height = `ih*min(1,${maxShortSide}/min(iw*sar,ih))`

const scale = `scale='max(2,trunc(${width}/2)*2)':'max(2,trunc(${height}/2)*2)':flags=bilinear`

const videoArgs = (tonemap: string[]): string[] => [
  ...['-vf', [scale, 'setsar=1', ...tonemap].join(','), '-pix_fmt', 'yuv420p'],
  ...['-fpsmax', `${maxFrameRate}`],
  ...['-c:v', 'libx264', '-profile:v', 'high', '-preset', 'veryfast', '-crf', '23'],
]

const audioArgs = ['-c:a', 'aac', '-ac', '2', '-ar', '44100', '-b:a', '128k']

/** The time in which a slow disk copies the file; to encode it, twenty times its duration more. */
const timeoutMsOf = ({ plan, duration }: Inspection, bytes: number): number =>
  60_000 + bytes / 2_000 + (plan === 'transcode' ? duration * 20_000 : 0)

/** ffmpeg returns 0 after much that went wrong, so the result itself is read. */
async function check(
  { readFileInfo, limits }: RenderContext,
  inspection: Inspection,
  target: string,
): Promise<Rendition> {
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
