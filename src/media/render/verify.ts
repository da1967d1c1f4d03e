import type { Inspection } from '../media.ts'
import { inputArgs } from './input-args.ts'
import type { RenderContext } from './render.ts'

/**
 * Decodes a file whole, at low priority; returns whether nothing was wrong with it.
 * @throws AppError busy, storage_full, unavailable; MediaTrouble
 */
export async function verify(
  { ffmpeg, limits }: RenderContext,
  path: string,
  { container, video, audio }: Inspection,
  timeoutMs: number,
): Promise<boolean> {
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
  return code === 0 && !log.some(isFault)
}

/** What a decoder or a demuxer complains about; what the end of the line complains about is no fault. */
const isFault = (line: string): boolean => /^\[\w+ @ /.test(line) && !/^\[null @ /.test(line)
