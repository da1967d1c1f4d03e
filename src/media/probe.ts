import { AppError } from '../errors.ts'
import { runProgram } from './embedded/program.ts'
import { type Container, demuxers, type Facts } from './facts.ts'

interface Probed {
  streams?: ProbedStream[]
  format?: { duration?: string }
}

interface ProbedStream {
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
 * Asks the embedded ffprobe about what mediabunny can't read: AVI, FLV, ASF, MPEG, rarer codecs.
 * @throws AppError not_a_video, video_damaged
 */
export async function probe(
  path: string,
  container: Container,
): Promise<Pick<Facts, 'video' | 'audio' | 'duration'>> {
  const { output } = await runProgram({
    kind: 'program',
    program: 'ffprobe',
    args: [
      ...['-v', 'error', '-f', demuxers[container], '-show_streams', '-show_format'],
      ...['-of', 'json', '-o', REPORT, '/media/input'],
    ],
    files: { input: { path, write: false } },
    report: REPORT,
  }).catch(() => {
    // A file that makes it run out of its bounds; the next job has an instance of its own.
    throw new AppError('video_damaged')
  })
  // It answers -1 even when it succeeded, so its report is the judge.
  const { streams = [], format } = parse(output)
  const video = streams.find((s) => s.codec_type === 'video' && !s.disposition?.attached_pic)
  if (!video?.width || !video.height) {
    throw new AppError(streams.length > 0 ? 'not_a_video' : 'video_damaged')
  }
  const sounds = streams.filter((s) => s.codec_type === 'audio')
  const track = Math.max(
    0,
    sounds.findIndex((s) => s.codec_name === 'aac'),
  )
  return {
    video: describe(video),
    audio: sounds[track] ? { codec: nameOf(sounds[track]), track } : null,
    duration: Number(format?.duration ?? 0) || 0,
  }
}

/** In the memory of the instance, so that nothing is left on disk. */
const REPORT = '/report.json'

function parse(output: string | undefined): Probed {
  try {
    return JSON.parse(output ?? '') as Probed
  } catch {
    throw new AppError('video_damaged')
  }
}

function describe(video: ProbedStream): Facts['video'] {
  const aspect = fraction(video.sample_aspect_ratio?.replace(':', '/')) || 1
  const turned = video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0
  // ffprobe counts against the clock.
  const rotation = (((Math.round(-turned / 90) * 90) % 360) + 360) % 360
  const size = [Math.round(video.width! * aspect), video.height!]
  const [width, height] = rotation % 180 === 0 ? size : size.reverse()
  return {
    codec: nameOf(video),
    width: width!,
    height: height!,
    rotation: rotation as 0 | 90 | 180 | 270,
    mirrored: isMirrored(video),
    frameRate: fraction(video.avg_frame_rate),
    universal: video.codec_name === 'h264' && /^yuvj?420p$/.test(video.pix_fmt ?? ''),
    hdr: curves[video.color_transfer ?? ''] ?? null,
    square: Math.abs(aspect - 1) < 0.02,
  }
}

/** ffprobe prints three lines of three numbers, each line behind its own; the first two turn. */
function isMirrored({ side_data_list: data = [] }: ProbedStream): boolean {
  const matrix = data.find(({ displaymatrix }) => displaymatrix)?.displaymatrix ?? ''
  const [[a = 1, b = 0] = [], [c = 0, d = 1] = []] = matrix
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).slice(1).map(Number))
  return a * d - b * c < 0
}

/** ffmpeg names the curves after their standards. */
const curves: Record<string, 'hlg' | 'pq'> = { 'arib-std-b67': 'hlg', smpte2084: 'pq' }

/** `30000/1001` as a number; 0 if it isn't one. */
function fraction(text = ''): number {
  const [numerator = 0, denominator = 1] = text.split('/').map(Number)
  return numerator / denominator || 0
}

const nameOf = (stream: ProbedStream): string =>
  stream.codec_name ?? stream.codec_tag_string ?? 'unknown'
