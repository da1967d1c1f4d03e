import type { Inspection } from '../media.ts'
import { inputArgs } from './input-args.ts'
import type { RenderContext } from './render.ts'

/**
 * Decodes a file whole, at low priority; returns whether nothing was wrong with it and its picture
 * keeps its size, which an MP4 states once: players squash, cut or stop at what has another one. Its
 * keyframes tell: with one a second that takes a fifth of the time of the rest, with nothing but
 * keyframes two thirds.
 * @throws AppError busy, storage_full, unavailable; MediaTrouble
 */
export async function verify(
  { ffmpeg, limits, readKeyframes }: RenderContext,
  path: string,
  inspection: Inspection,
  timeoutMs: number,
): Promise<boolean> {
  const { container, video, audio } = inspection
  const { code, log } = await ffmpeg.run({
    lane: 'background',
    input: path,
    outputs: [],
    args: (input) => [
      ...['-v', 'error', '-nostdin'],
      ...inputArgs(limits, container, input),
      ...['-map', `0:${video.stream}`, ...(audio ? ['-map', `0:${audio.stream}`] : [])],
      // Frames pass as they come: what they look like doesn't matter here.
      ...['-fps_mode', 'passthrough', '-f', 'null', '-'],
    ],
    timeoutMs,
  })
  if (code !== 0 || log.some(isFault)) return false
  return (await readKeyframes(path, inspection, timeoutMs)).length < 2
}

/** What a decoder or a demuxer complains about; what the end of the line complains about is no fault. */
const isFault = (line: string): boolean => /^\[\w+ @ /.test(line) && !/^\[null @ /.test(line)
