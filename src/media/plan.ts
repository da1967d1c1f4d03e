import { AppError } from '../errors.ts'
import { decodesAudio } from './codecs.ts'
import type { Facts } from './facts.ts'
import type { Inspection, MediaOptions } from './media.ts'

type Limits = Pick<MediaOptions, 'maxDuration' | 'maxPixels' | 'maxFrameRate'>

/**
 * Applies the limits and decides what has to be done.
 * @throws AppError not_a_video, video_too_long, video_too_big, video_too_fast, codec_unsupported
 */
export function plan(
  facts: Facts,
  limits: Limits,
  decodes: (codec: string) => boolean,
): Inspection {
  const { container, video, audio, duration } = facts
  if (!(video.width > 0 && video.height > 0)) throw new AppError('video_damaged')
  checkDuration(duration, limits)
  if (video.width * video.height > limits.maxPixels) {
    throw new AppError('video_too_big', { max: limits.maxPixels })
  }
  // A tenth more, since 120 frames a second are often recorded as 120.04.
  if (video.frameRate > limits.maxFrameRate * 1.1) {
    throw new AppError('video_too_fast', { max: limits.maxFrameRate })
  }
  if (!decodes(video.codec)) {
    throw new AppError('codec_unsupported', { codec: video.codec.toUpperCase() })
  }
  // A matrix that mirrors is honoured by browsers, while Android's players know the four rotations
  // alone and take any other for none: it has to be worked into the picture.
  const plain = video.square && !video.mirrored && !video.hdr
  const keepsVideo = video.universal && plain && !UNTIMED.has(container)
  const keepsAudio = audio === null || audio.codec === 'aac'
  if (!keepsAudio && !decodesAudio(audio.codec)) {
    throw new AppError('codec_unsupported', { codec: audio.codec.toUpperCase() })
  }
  return {
    container,
    videoCodec: video.codec,
    audioCodec: audio?.codec ?? null,
    audioTrack: audio?.track ?? null,
    width: video.width,
    height: video.height,
    rotation: video.rotation,
    duration,
    hdr: video.hdr,
    keepsVideo,
    plan: !(keepsVideo && keepsAudio) ? 'transcode' : container === 'mp4' ? 'copy' : 'remux',
  }
}

/**
 * A recorder that stops after ten minutes makes a little more than ten minutes.
 * @throws AppError video_too_long
 */
export function checkDuration(seconds: number, { maxDuration }: Pick<Limits, 'maxDuration'>): void {
  if (seconds > maxDuration * 1.01) throw new AppError('video_too_long', { max: maxDuration })
}

/** AVI, ASF and MPEG carry H.264 without the times at which frames are shown. */
const UNTIMED = new Set(['avi', 'asf', 'mpeg'])
