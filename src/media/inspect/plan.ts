import { AppError } from '../../errors.ts'
import type { Inspection, Limits } from '../media.ts'
import { decodesAudio, decodesVideo } from './codecs.ts'
import type { FileInfo } from './file-info.ts'

/**
 * Applies the limits and decides what has to be done.
 * @throws AppError video_damaged, video_too_long, video_too_big, video_too_fast, codec_unsupported
 */
export function planFor(info: FileInfo, limits: Limits, decoders: ReadonlySet<string>): Inspection {
  const { container, video, audio, duration } = info
  if (!(video.width > 0 && video.height > 0)) throw new AppError('video_damaged')
  checkDuration(duration, limits)
  if (video.width * video.height > limits.maxPixels) {
    throw new AppError('video_too_big', { max: limits.maxPixels })
  }
  // A tenth more, since 120 frames a second are often recorded as 120.04.
  if (video.frameRate > limits.maxFrameRate * 1.1) {
    throw new AppError('video_too_fast', { max: limits.maxFrameRate })
  }
  if (!decodesVideo(video.codec, decoders)) {
    throw new AppError('codec_unsupported', { codec: video.codec.toUpperCase() })
  }
  // Browsers honour a matrix that mirrors; Android's players know only the four rotations and ignore
  // any other matrix, so the picture itself has to be mirrored.
  const plain = video.square && !video.mirrored && !video.hdr
  const keepsVideo = video.universal && plain && !untimed.has(container)
  const keepsAudio = audio === null || audio.codec === 'aac'
  if (!keepsAudio && !decodesAudio(audio.codec)) {
    throw new AppError('codec_unsupported', { codec: audio.codec.toUpperCase() })
  }
  return {
    ...info,
    keepsVideo,
    plan: !(keepsVideo && keepsAudio) ? 'transcode' : container === 'mp4' ? 'copy' : 'remux',
  }
}

/**
 * With one percent of tolerance: a recorder that stops after ten minutes writes a little more.
 * @throws AppError video_too_long
 */
export function checkDuration(seconds: number, { maxDuration }: Limits): void {
  if (seconds > maxDuration * 1.01) throw new AppError('video_too_long', { max: maxDuration })
}

/** These carry H.264 without the times at which frames are shown. */
const untimed = new Set(['avi', 'asf', 'mpeg'])
