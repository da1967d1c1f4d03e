import { AppError } from '../../errors.ts'
import { runProgram } from '../embedded/child/run-program.ts'
import { mountPoint } from '../embedded/messages.ts'
import { type Container, demuxers, type Tracks, type VideoInfo } from './file-info.ts'

interface Report {
  streams?: Stream[]
  format?: { duration?: string }
}

interface Stream {
  codec_type?: string
  codec_name?: string
  codec_tag_string?: string
  width?: number
  height?: number
  pix_fmt?: string
  color_transfer?: string
  sample_aspect_ratio?: string
  avg_frame_rate?: string
  disposition?: { attached_pic?: number }
  side_data_list?: { rotation?: number; displaymatrix?: string }[]
}

/**
 * Reads the tracks of a file with the embedded ffprobe, for what mediabunny can't read: AVI, FLV, ASF,
 * MPEG, rarer codecs.
 * @throws AppError not_a_video, video_damaged
 */
export async function readWithFfprobe(path: string, container: Container): Promise<Tracks> {
  const { output } = await runProgram({
    name: 'ffprobe',
    args: [
      ...['-v', 'error', '-f', demuxers[container], '-show_streams', '-show_format'],
      ...['-of', 'json', `${mountPoint}/input`],
    ],
    files: { input: { path, write: false } },
  })
  // The exit status is -1 even on success, so only the output counts.
  const { streams = [], format } = parse(output)
  const video = streams.find((s) => s.codec_type === 'video' && !s.disposition?.attached_pic)
  if (!video?.width || !video.height) {
    throw new AppError(streams.length > 0 ? 'not_a_video' : 'video_damaged')
  }
  const audios = streams.filter((s) => s.codec_type === 'audio')
  const firstAac = audios.findIndex((s) => s.codec_name === 'aac')
  const track = Math.max(0, firstAac)
  return {
    video: readVideo(video, video.width, video.height),
    audio: audios[track] ? { codec: codecOf(audios[track]), track } : null,
    duration: Number(format?.duration ?? 0) || 0,
  }
}

function parse(output: string): Report {
  try {
    return JSON.parse(output) as Report
  } catch {
    throw new AppError('video_damaged')
  }
}

function readVideo(video: Stream, storedWidth: number, storedHeight: number): VideoInfo {
  const aspect = fraction(video.sample_aspect_ratio?.replace(':', '/')) || 1
  const turned = video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0
  const [width, height] = [Math.round(storedWidth * aspect), storedHeight]
  const upright = Math.round(turned / 90) % 2 === 0
  return {
    codec: codecOf(video),
    width: upright ? width : height,
    height: upright ? height : width,
    mirrored: isMirrored(video),
    frameRate: fraction(video.avg_frame_rate),
    universal: video.codec_name === 'h264' && /^yuvj?420p$/.test(video.pix_fmt ?? ''),
    hdr: curves[video.color_transfer ?? ''] ?? null,
    square: Math.abs(aspect - 1) < 0.02,
  }
}

/** By the 2 × 2 of the matrix, which ffprobe prints as three lines, each with its number in front. */
function isMirrored({ side_data_list: data = [] }: Stream): boolean {
  const matrix = data.find(({ displaymatrix }) => displaymatrix)?.displaymatrix ?? ''
  const [[a = 1, b = 0] = [], [c = 0, d = 1] = []] = matrix
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).slice(1).map(Number))
  return a * d - b * c < 0
}

/** The transfer curves by ffmpeg's names for them. */
const curves: Record<string, 'hlg' | 'pq'> = { 'arib-std-b67': 'hlg', smpte2084: 'pq' }

/** `30000/1001` as a number; 0 if it isn't one. */
function fraction(text = ''): number {
  const [numerator = 0, denominator = 1] = text.split('/').map(Number)
  return numerator / denominator || 0
}

const codecOf = (stream: Stream): string =>
  stream.codec_name ?? stream.codec_tag_string ?? 'unknown'
