import { AppError } from '../../errors.ts'
import type { Inspection, Limits } from '../media.ts'
import { dav1dDecoder, decodes } from './codecs.ts'
import type { FileInfo, SoundInfo } from './file-info.ts'

/**
 * Applies the limits and decides what has to be done.
 * @throws AppError video_damaged, video_too_long, video_too_big, video_too_fast, codec_unsupported,
 *   sound_unsupported
 */
export function planFor(info: FileInfo, limits: Limits, decoders: ReadonlySet<string>): Inspection {
  const { container, video, duration } = info
  if (!(video.width > 0 && video.height > 0)) throw new AppError('video_damaged')
  checkDuration(duration, limits)
  if (video.width * video.height > limits.maxPixels) {
    throw new AppError('video_too_big', { max: limits.maxPixels })
  }
  // A tenth more, since 120 frames a second are often recorded as 120.04.
  if (video.frameRate > limits.maxFrameRate * 1.1) {
    throw new AppError('video_too_fast', { max: limits.maxFrameRate })
  }
  if (!decodes(video.codec, decoders)) {
    throw new AppError('codec_unsupported', { codec: video.codec.toUpperCase() })
  }
  const { av1 } = video
  if (av1?.sampling && decoders.has(dav1dDecoder)) {
    throw new AppError('codec_unsupported', { codec: `AV1 ${av1.sampling}` })
  }
  const audio = soundFor(info, decoders)
  const keepsAudio = audio === null || audio.universal
  // Browsers honour a matrix that mirrors; Android's players know only the four rotations and ignore
  // any other matrix, so the picture itself has to be mirrored.
  const plain = video.square && !video.mirrored && !video.hdr
  const playable = video.universal && plain && timed.has(container)
  const good = video.effort !== 'beyond' && !video.interlaced
  const keepsVideo = playable && (good || keepsAudio)
  return {
    ...info,
    audio,
    keepsVideo,
    plan: !(keepsVideo && keepsAudio) ? 'transcode' : container === 'mp4' ? 'copy' : 'remux',
    thenTranscode: keepsVideo && !good,
  }
}

/** The first sound that an engine with these decoders decodes; null if there is none in the file. */
function soundFor({ sounds }: FileInfo, decoders: ReadonlySet<string>): SoundInfo | null {
  const audio = sounds.find(({ codec }) => decodes(codec, decoders))
  if (!audio && sounds[0]) {
    throw new AppError('sound_unsupported', { codec: sounds[0].codec.toUpperCase() })
  }
  return audio ?? null
}

/** The transcode that is to take the place of a copy or a remux. */
export const transcodeOf = (inspection: Inspection): Inspection => ({
  ...inspection,
  keepsVideo: false,
  plan: 'transcode',
  thenTranscode: false,
})

/**
 * With one percent of tolerance: a recorder that stops after ten minutes writes a little more.
 * @throws AppError video_too_long
 */
export function checkDuration(seconds: number, { maxDuration }: Limits): void {
  if (seconds > maxDuration * 1.01) throw new AppError('video_too_long', { max: maxDuration })
}

/** The containers that carry H.264 with the times at which frames are shown. */
const timed = new Set(['mp4', 'mov', 'matroska', 'webm', 'mpegts', 'flv'])
