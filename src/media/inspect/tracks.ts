import { AppError } from '../../errors.ts'
import { readAv1 } from './av1.ts'
import { effortOf } from './ceiling.ts'
import { isKnown } from './codecs.ts'
import type { Av1Info, Container, SoundInfo, Tracks, VideoInfo } from './file-info.ts'
import { pixelBytes } from './pixel-bytes.ts'
import { hasPacket, headerOf, measure, probe, type Report, type Stream } from './probe.ts'

/**
 * Chooses the tracks of a file that may be kept, by what FFmpeg says about them, and finds out what
 * its header doesn't state.
 * @param fragmented whether the header can't know the duration
 * @throws AppError sound_only, video_protected, video_damaged, codec_unsupported, sound_unsupported
 */
export async function readTracks(
  path: string,
  container: Container,
  fragmented: boolean,
): Promise<Tracks> {
  const report = await probe(path, container)
  // Of Matroska, the one container in which only FFmpeg sees it.
  if (report.streams.some(({ tags }) => tags?.enc_key_id)) throw new AppError('video_protected')
  const specifier = specifiers(report)
  const present = async (stream: Stream) =>
    Number(stream.nb_read_packets) > 0 || (await hasPacket(path, container, stream))

  const videos = report.streams.filter(isPicture).sort(byRank(pictureRank))
  let video: Stream | undefined
  for (const candidate of videos.slice(0, maxSearched)) {
    if (await present(candidate)) {
      video = candidate
      break
    }
  }
  if (!video?.width || !video.height) {
    const sound = report.streams.find(({ codec_type: type }) => type === 'audio')
    if (!sound || videos.length > 0) throw new AppError('video_damaged')
    throw new AppError('sound_only', { format: codecOf(sound).toUpperCase() })
  }
  const sounds: Stream[] = []
  for (const candidate of candidates(report, video).slice(0, maxSearched)) {
    if (await present(candidate)) sounds.push(candidate)
  }
  const kept = [video, ...sounds.slice(0, 1)]
  const stated = fragmented ? 0 : statedDuration(report, kept)
  const isAv1 = codecOf(video) === 'av1'
  const av1 = isAv1 ? readAv1(video, await headerOf(path, container, video), matrixOf(video)) : null
  return {
    video: {
      ...readVideo(video, av1?.width ?? video.width, av1?.height ?? video.height, specifier(video)),
      av1,
    },
    sounds: sounds.map((sound) => readSound(sound, specifier(sound))),
    duration: stated || (await measure(path, container, kept.map(specifier))),
  }
}

/** Streams that are looked for to the end of the file, if they have nothing at its beginning. */
const maxSearched = 6

/** A picture that moves, not a cover image. */
const isPicture = ({ codec_type: type, disposition }: Stream): boolean =>
  type === 'video' && !disposition?.attached_pic && !disposition?.timed_thumbnails

/** Lower ranks first; streams of the same rank stay in their order. */
const byRank =
  (rank: (stream: Stream) => number) =>
  (a: Stream, b: Stream): number =>
    rank(a) - rank(b)

const pictureRank = (stream: Stream): number =>
  (isKnown(codecOf(stream)) ? 0 : 2) + (stream.disposition?.default ? 0 : 1)

/**
 * The one that a player plays by default; among equals, one that can be kept as it is. A commentary
 * or a sound for the blind comes last.
 */
const soundRank = (stream: Stream): number => {
  const { disposition = {} } = stream
  const aside = disposition.comment || disposition.visual_impaired || disposition.hearing_impaired
  return (aside ? 4 : 0) + (disposition.default ? 0 : 2) + (isUniversal(stream) ? 0 : 1)
}

/** The audio streams; in a transport stream with several programs those of the same program. */
function candidates({ streams, programs }: Report, video: Stream): Stream[] {
  const sounds = streams.filter(({ codec_type: type }) => type === 'audio')
  const holds = (stream: Stream) => (program: { streams?: readonly Stream[] }) =>
    program.streams?.some(({ index }) => index === stream.index) ?? false
  const program = programs.find(holds(video))
  const same = program ? sounds.filter((sound) => holds(sound)(program)) : []
  return (same.length > 0 ? same : sounds).sort(byRank(soundRank))
}

/**
 * How `-map` names a stream: by the number that it has in the file where it has one, since another
 * version of FFmpeg may count streams that this one doesn't know.
 */
function specifiers({ streams }: Report): (stream: Stream) => string {
  const unique = new Set(streams.map(({ id }) => id)).size === streams.length
  return ({ id, index }) => (id !== undefined && unique ? `i:${id}` : `${index}`)
}

/** Of the longest stream that is kept, else of the file. */
function statedDuration({ format }: Report, kept: readonly Stream[]): number {
  const longest = Math.max(...kept.map(({ duration }) => Number(duration ?? 0) || 0))
  return longest || Number(format?.duration ?? 0) || 0
}

function readVideo(
  video: Stream,
  storedWidth: number,
  storedHeight: number,
  stream: string,
): Omit<VideoInfo, 'av1'> {
  const aspect = fraction(video.sample_aspect_ratio?.replace(':', '/')) || 1
  const turned = video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0
  const [width, height] = [Math.round(storedWidth * aspect), storedHeight]
  const upright = Math.round(turned / 90) % 2 === 0
  const frameRate = fraction(video.avg_frame_rate)
  const [a, b, c, d] = matrixOf(video)
  return {
    codec: codecOf(video),
    stream,
    width: upright ? width : height,
    height: upright ? height : width,
    mirrored: a * d - b * c < 0,
    frameRate,
    universal:
      video.codec_name === 'h264' &&
      universalProfiles.has(video.profile ?? '') &&
      /^yuvj?420p$/.test(video.pix_fmt ?? ''),
    effort: effortOf({
      width: storedWidth,
      height: storedHeight,
      frameRate,
      level: video.level ?? 0,
      keptFrames: video.refs ?? 1,
      bitsPerSecond: Number(video.bit_rate ?? 0) || 0,
    }),
    interlaced: /^[tb][tb]$/.test(video.field_order ?? ''),
    hdr: curves[video.color_transfer ?? ''] ?? null,
    pixelBytes: pixelBytes(video.pix_fmt),
    square: Math.abs(aspect - 1) < 0.02,
  }
}

const universalProfiles = new Set(['Baseline', 'Constrained Baseline', 'Main', 'High'])

const readSound = (sound: Stream, stream: string): SoundInfo => ({
  codec: codecOf(sound),
  stream,
  universal: isUniversal(sound),
})

const isUniversal = (sound: Stream): boolean =>
  sound.codec_name === 'aac' &&
  sound.profile === 'LC' &&
  Number(sound.sample_rate) <= 48_000 &&
  (sound.channel_layout === 'mono' || sound.channel_layout === 'stereo')

/** The 2 × 2 of the matrix, which ffprobe prints as three lines, each with its number in front. */
function matrixOf({ side_data_list: data = [] }: Stream): Av1Info['matrix'] {
  const matrix = data.find(({ displaymatrix }) => displaymatrix)?.displaymatrix ?? ''
  const [[a = 1, b = 0] = [], [c = 0, d = 1] = []] = matrix
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).slice(1).map(Number))
  return [a, b, c, d]
}

/** The transfer curves by ffmpeg's names for them. */
const curves: Record<string, 'hlg' | 'pq'> = { 'arib-std-b67': 'hlg', smpte2084: 'pq' }

/** `30000/1001` as a number; 0 if it isn't one. */
function fraction(text = ''): number {
  const [numerator = 0, denominator = 1] = text.split('/').map(Number)
  return numerator / denominator || 0
}

/** A codec that FFmpeg doesn't know is named as the container does, if it has a name there. */
function codecOf({ codec_name: name, codec_tag_string: tag = '' }: Stream): string {
  if (name && name !== 'unknown') return name
  return /^\w{4}$/.test(tag) ? tag : 'unknown'
}
