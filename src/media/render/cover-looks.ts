import type { FileInfo } from '../inspect/file-info.ts'
import type { Limits } from '../media.ts'
import { pictureInput } from './av1/packets.ts'
import { inputArgs } from './input-args.ts'

/** As many frames are compared at once. */
export const maxFrames = 10

/**
 * `first`: the first frame; `keyframes`: some of the whole clip, each behind a seek, so that a long one
 * costs no more than a short one; `any`: from the start on, at growing distances, for a clip whose
 * keyframes are far apart.
 */
export type Look = 'first' | 'keyframes' | 'any'

interface LookJob {
  readonly info: FileInfo
  readonly limits: Pick<Limits, 'maxPixels'>
  readonly input: string
  /** In place of the input, if its picture is decoded beside ffmpeg: those that are looked at, alone. */
  readonly packets: string | null
  /** For each frame. */
  readonly filters: readonly string[]
  readonly outputs: readonly string[]
}

/** The arguments of ffmpeg that write the frames of a look, each to one of the outputs, as BMP. */
export function looksArgs(look: Look, job: LookJob): string[] {
  const isSought = look === 'keyframes' && job.packets === null
  const args = isSought ? soughtArgs(job) : spreadArgs(look, job)
  return ['-v', 'error', '-nostdin', '-y', ...args]
}

/** Seconds between the frames of `any` at the start. */
const firstStep = 0.6

function spreadArgs(
  look: Look,
  { info, limits, input, packets, filters, outputs }: LookJob,
): string[] {
  const step = Math.min(firstStep, (info.duration || firstStep) / outputs.length)
  const next = `max(${step},prev_selected_t*0.5)`
  const select = `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${next})'`
  const copies = outputs.map((_, i) => `[s${i}]`).join('')
  const source = look === 'any' ? `${select},` : ''
  const stream = packets === null ? info.video.stream : '0'
  const chain = `[0:${stream}]${source}${filters.join(',')},split=${outputs.length}${copies}`
  const picks = outputs.map((_, i) => `[s${i}]select='eq(n,${i})'[p${i}]`)
  return [
    // `noref` leaves out the frames that no other needs: up to a quarter of the time.
    ...['-skip_frame', 'noref'],
    ...(packets === null
      ? inputArgs(limits, info.container, input)
      : pictureInput(limits, packets)),
    ...['-filter_complex', [chain, ...picks].join(';')],
    ...outputs.flatMap((output, i) => ['-map', `[p${i}]`, ...frameArgs(output)]),
  ]
}

function soughtArgs({ info, limits, input, filters, outputs }: LookJob): string[] {
  const at = (i: number) => (info.duration * (i + 0.5)) / outputs.length
  return [
    ...outputs.flatMap((_, i) => [
      ...['-skip_frame', 'nokey', '-noaccurate_seek', '-ss', at(i).toFixed(3)],
      ...inputArgs(limits, info.container, input),
    ]),
    ...outputs.flatMap((output, i) => [
      ...['-map', `${i}:${info.video.stream}`, '-vf', filters.join(','), ...frameArgs(output)],
    ]),
  ]
}

/** BMP, because the embedded ffmpeg corrupts its memory when it encodes JPEG. */
const frameArgs = (output: string): string[] => [
  ...['-fps_mode', 'passthrough', '-frames:v', '1', '-update', '1'],
  ...['-c:v', 'bmp', '-f', 'image2', output],
]
