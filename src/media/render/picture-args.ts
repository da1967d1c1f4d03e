import { fitted } from '../inspect/ceiling.ts'
import type { VideoInfo } from '../inspect/file-info.ts'

/** What a transcode makes at most: pixels of the short side, frames a second. */
export interface Target {
  readonly shortSide: number
  readonly frameRate: number
}

/** Pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Codecs whose frames are never interlaced. */
const progressive = new Set(['vp8', 'vp9', 'av1', 'hevc', 'png', 'gif'])

/**
 * The arguments that make a picture upright, square, progressive, 8 bits, and as large as the target
 * allows.
 * @param size of the largest frame, as displayed
 * @param filters `first`: those that come before all others; `tonemap` returns those that scale and map
 *   a high dynamic range, given those that scale
 */
export function pictureArgs(
  video: VideoInfo,
  size: Size,
  target: Target,
  { first, tonemap }: { first: readonly string[]; tonemap: (scale: string) => readonly string[] },
): string[] {
  const rate = nominalRate(video, target)
  const filters = [
    ...first,
    slower(target),
    // Only the frames that are marked as interlaced. The filter refuses those below 3 × 3.
    ...(progressive.has(video.codec) || Math.min(size.width, size.height) < 4
      ? []
      : ['bwdif=mode=send_frame:deint=interlaced']),
    ...fit(fitted(size, target.shortSide), (scale) => [
      ...tonemap(scale),
      ...(video.hdr ? toVideo : []),
    ]),
    'setsar=1',
  ]
  return [
    // Each frame stays at its own time: on a grid of ten frames a second the picture would be up to
    // 50 ms away from the sound.
    ...['-vf', filters.join(','), '-fps_mode', 'vfr', '-enc_time_base', '1:90000'],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-profile:v', 'high', '-preset', 'veryfast'],
    // By this rate the level is chosen; that of the file may be anything up to a thousand. The last
    // frame is shown no shorter than the others, whose successors may have been left out.
    ...['-crf', '23', '-x264-params', `fps=${rate}`],
    ...['-bsf:v', `setts=pts=PTS:dts=DTS:duration=max(DURATION\\,${Math.round(90_000 / rate)})`],
  ]
}

/** Leaves frames out that come too soon after another one; a tenth sooner is what clocks differ by. */
const slower = ({ frameRate }: Target): string =>
  `select='isnan(t)+isnan(prev_selected_t)+gte(t-prev_selected_t,${(0.9 / frameRate).toFixed(5)})'`

const nominalRate = ({ frameRate }: VideoInfo, target: Target): number =>
  Math.max(1, Math.ceil(Math.min(frameRate || target.frameRate, target.frameRate)))

/**
 * Scales each frame into a picture of this size and centres it: a phone that is turned during a call
 * changes the size of its frames. A shape that differs by less than 2 % comes from rounding.
 */
function fit({ width, height }: Size, scaled: (scale: string) => readonly string[]): string[] {
  const same = `lt(abs(iw*sar*${height}/(ih*${width})-1),0.02)`
  const factor = `min(${width}/(iw*sar),${height}/ih)`
  const side = (whole: number, stored: string) =>
    `'if(${same},${whole},max(2,2*round(${stored}*${factor}/2)))'`
  return [
    ...scaled(`scale=${side(width, 'iw*sar')}:${side(height, 'ih')}:flags=bilinear`),
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
  ]
}

/** From the RGB of a tone map. */
const toVideo = [
  'scale=out_color_matrix=bt709:out_range=tv:flags=bilinear+accurate_rnd,format=yuv420p',
  'setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv',
]
