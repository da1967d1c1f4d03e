import type { Ffmpeg } from '../ffmpeg.ts'
import type { Inspection, MediaOptions } from '../media.ts'
import { inputArgs } from './input-args.ts'
import { tonemapFilters } from './tonemap.ts'

/** Pixels. */
export const coverWidth = 720

/** The part of the video in which the first good frame is looked for. */
const firstSeconds = 2

/** The part of the video in which a better frame is looked for. */
export const searchSeconds = 5

/** The arguments of ffmpeg that decode some frames, each to one of `outputs` as BMP. */
export type FrameArgs = (source: Source, outputs: readonly string[]) => string[]

interface Source {
  readonly limits: Pick<MediaOptions, 'maxPixels'>
  readonly inspection: Inspection
  readonly input: string
}

/** Filters that make a stored frame as large as the cover, upright, with square pixels, in BT.709. */
export function coverFilters(ffmpeg: Pick<Ffmpeg, 'tonemaps'>, inspection: Inspection): string[] {
  const size = `min(1,${coverWidth}/(iw*sar))`
  return [
    `scale='max(2,trunc(iw*sar*${size}))':'max(2,trunc(ih*${size}))':flags=bilinear,setsar=1`,
    ...tonemapFilters(ffmpeg, inspection),
    'format=yuv420p',
  ]
}

/**
 * Two frames from one pass over four frames a second: the first one that is bright (mean luma over 40
 * of 255) and not of one colour (entropy over a quarter of the maximum), and the first one of all.
 */
export const firstFramesArgs =
  (filters: readonly string[]): FrameArgs =>
  (source, [good = '', first = '']) => [
    ...decodeArgs(source, firstSeconds, 'noref'),
    '-filter_complex',
    [
      "[0:V:0]select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.25)'",
      ...[...filters, 'split[a][b];[b]signalstats'],
      'metadata=select:key=lavfi.signalstats.YAVG:value=40:function=greater,entropy',
      'metadata=select:key=lavfi.entropy.normalized_entropy.normal.Y:value=0.25:function=greater[c]',
    ].join(','),
    ...['-map', '[c]', ...bmpArgs(good)],
    ...['-map', '[a]', ...bmpArgs(first)],
  ]

/** A frame each `step` seconds after the last, without the first one; `skip` as ffmpeg names it. */
export const spreadFramesArgs =
  (filters: readonly string[], step: number, skip: 'nokey' | 'noref'): FrameArgs =>
  (source, outputs) => {
    const select = `select='gte(t,${step})*(isnan(prev_selected_t)+gte(t-prev_selected_t,${step}))'`
    const chain = [`[0:V:0]${select}`, ...filters, `split=${outputs.length}`].join(',')
    const copies = outputs.map((_, i) => `[s${i}]`).join('')
    const picks = outputs.map((_, i) => `[s${i}]select='eq(n,${i})'[p${i}]`)
    return [
      ...decodeArgs(source, searchSeconds, skip),
      ...['-filter_complex', [chain + copies, ...picks].join(';')],
      ...outputs.flatMap((output, i) => ['-map', `[p${i}]`, ...bmpArgs(output)]),
    ]
  }

/** `noref` leaves out the frames that no other needs, which saves up to a quarter of the time. */
const decodeArgs = ({ limits, inspection, input }: Source, seconds: number, skip: string) => [
  ...['-v', 'error', '-nostdin', '-y', '-t', `${seconds}`, '-skip_frame', skip],
  ...inputArgs(limits, inspection, input),
]

/** BMP, because the embedded ffmpeg corrupts its memory when it encodes JPEG. */
const bmpArgs = (output: string): string[] => [
  ...['-fps_mode', 'vfr', '-frames:v', '1', '-update', '1', '-c:v', 'bmp', '-f', 'image2', output],
]
