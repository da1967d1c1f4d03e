import { AppError } from '../../errors.ts'
import { formatSize } from '../../lib/units.ts'
import type { Inspection } from '../media.ts'

/** What a process has without any picture. */
const baseBytes = 250 << 20

/** Pictures that a decoder keeps: for reference, for its threads, and on their way out. */
const keptFrames = 14

/** What a decoder may have for pictures of so many pixels, of 8 bits and 4:2:0. */
export const decoderBytes = (maxPixels: number): number =>
  Math.min(2 ** 31 - 65_536, (64 << 20) + Math.ceil(maxPixels * 1.5 * keptFrames))

/** @throws AppError video_needs_memory, if decoding it certainly takes more than there may be */
export function checkMemory({ plan, video }: Inspection, maxBytes: number): void {
  if (plan !== 'transcode') return
  const needed = baseBytes + video.width * video.height * video.pixelBytes * keptFrames
  if (needed <= maxBytes) return
  throw new AppError('video_needs_memory', {
    needed: formatSize(needed),
    max: formatSize(maxBytes),
  })
}
