import type { FileInfo } from '../inspect/file-info.ts'
import type { Inspection } from '../media.ts'
import type { Target } from './picture-args.ts'

/** What it costs to encode a pixel, where decoding one costs 1: x264 veryfast beside H.264 or HEVC. */
const encodeCost = 2

/** Mapping a high dynamic range goes through floating point. */
const tonemapFactor = 2

/** Seconds assumed of a file that doesn't say how long it is. */
const unknownSeconds = 60

/** Frames a second assumed of a file that doesn't say how many there are. */
const unknownFrameRate = 30

/** What decoding a file takes: pixels × frames. */
export function decodeWork({ video, duration }: FileInfo): number {
  const frames = Math.max(1, (video.frameRate || unknownFrameRate) * (duration || unknownSeconds))
  return video.width * video.height * frames
}

/** For a second of sound, where that alone is encoded. */
const soundWork = 1e6

/** What a transcode takes, in decoded pixels: how long that is was measured for each engine. */
export function transcodeWork(inspection: Inspection, target: Target): number {
  const { video, plan, keepsVideo, duration } = inspection
  if (plan === 'transcode' && keepsVideo) return soundWork * (duration || unknownSeconds)
  const decoded = decodeWork(inspection)
  const shrunk = Math.min(1, target.shortSide / Math.min(video.width, video.height)) ** 2
  const thinned = Math.min(1, target.frameRate / Math.max(1, video.frameRate || unknownFrameRate))
  const encoded = decoded * shrunk * thinned * encodeCost
  return (decoded + encoded) * (video.hdr ? tonemapFactor : 1)
}
