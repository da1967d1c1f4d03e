import { AppError } from '../../errors.ts'
import { runProgram } from '../embedded/child/run-program.ts'
import { mountPoint } from '../embedded/messages.ts'
import { codecOfDecoder } from './codecs.ts'
import { type Container, demuxers } from './file-info.ts'
import { searchArgs } from './search-args.ts'

/** What ffprobe prints about a file. */
export interface Report {
  readonly streams: readonly Stream[]
  readonly programs: readonly { readonly streams?: readonly Stream[] }[]
  /** Seconds, as a text. */
  readonly format?: { readonly duration?: string }
}

export interface Stream {
  index: number
  /** Of MP4, MPEG and a few more: the number of the track in the file itself. */
  id?: string
  codec_type?: string
  codec_name?: string
  codec_tag_string?: string
  profile?: string
  level?: number
  refs?: number
  field_order?: string
  width?: number
  height?: number
  pix_fmt?: string
  color_range?: string
  color_space?: string
  color_transfer?: string
  color_primaries?: string
  sample_aspect_ratio?: string
  avg_frame_rate?: string
  bit_rate?: string
  sample_rate?: string
  channels?: number
  channel_layout?: string
  duration?: string
  /** Among the packets that were read. */
  nb_read_packets?: string
  disposition?: Record<string, number>
  side_data_list?: { rotation?: number; displaymatrix?: string }[]
  tags?: Record<string, string>
  /** A dump, if asked for. */
  extradata?: string
}

/** A few frames of a picture and of sound, in most files. */
const firstPackets = 60

/**
 * Lets the embedded ffprobe read a file: for both engines, so that both get the same plan.
 * @throws AppError video_damaged, codec_unsupported, sound_unsupported
 */
export async function probe(path: string, container: Container): Promise<Report> {
  const report = await ask(path, container, [
    ...['-count_packets', '-read_intervals', `%+#${firstPackets}`],
    ...['-show_streams', '-show_programs', '-show_format'],
  ])
  return { programs: [], ...report, streams: report.streams ?? [] }
}

/** Whether a stream that had no packet among the first has one later. */
export async function hasPacket(
  path: string,
  container: Container,
  { index }: Stream,
): Promise<boolean> {
  const { streams = [] } = await ask(path, container, [
    ...['-select_streams', `${index}`, '-count_packets', '-read_intervals', '%+#1'],
    '-show_streams',
  ])
  return streams.some(({ nb_read_packets: amount }) => Number(amount) > 0)
}

/** A stream as it is at its first packet, with its `extradata`. */
export async function headerOf(
  path: string,
  container: Container,
  { index }: Stream,
): Promise<Partial<Stream>> {
  const { streams = [] } = await ask(
    path,
    container,
    ['-select_streams', `${index}`, '-show_data', '-show_streams'],
    ['-probesize', '32', '-analyzeduration', '0'],
  )
  return streams[0] ?? {}
}

/**
 * Measures the duration, in seconds, by reading all packets of some streams, for files whose header
 * doesn't state it: a browser's recording, a stream, a fragmented MP4.
 */
export async function measure(
  path: string,
  container: Container,
  streams: readonly string[],
): Promise<number> {
  const { log } = await run(
    'ffmpeg',
    path,
    container,
    ['-nostdin', '-nostats', ...searchArgs],
    [...streams.flatMap((stream) => ['-map', `0:${stream}`]), '-c', 'copy', '-f', 'null', '-'],
  )
  const times = log.flatMap((line) => /\btime=(\d+):(\d+):([\d.]+)/.exec(line)?.slice(1) ?? [])
  const [hours = 0, minutes = 0, seconds = 0] = times.slice(-3).map(Number)
  return hours * 3600 + minutes * 60 + seconds
}

async function ask(
  path: string,
  container: Container,
  options: readonly string[],
  search = searchArgs,
): Promise<Partial<Report>> {
  const all = ['-v', 'warning', ...options, '-of', 'json', ...search]
  const { output, log } = await run('ffprobe', path, container, all)
  if (log.some((line) => /^Could not open codec/.test(line))) throw undecodable(log)
  try {
    // The exit status is -1 even on success, so only the output counts. A report that was cut, of
    // thousands of streams or megabytes of tags, is of a file that no program writes.
    return JSON.parse(output) as Partial<Report>
  } catch {
    throw new AppError('video_damaged')
  }
}

/**
 * ffprobe ends when a decoder doesn't start, as that of AAC on xHE-AAC before FFmpeg 7.1. The last
 * decoder that complained is the one.
 */
function undecodable(log: readonly string[]): AppError {
  const names = log.flatMap((line) => /^\[(\w+) @/.exec(line)?.[1] ?? [])
  const codec = codecOfDecoder(names.at(-1) ?? '')
  if (!codec) return new AppError('video_damaged')
  if (codec.kind === 'video') return new AppError('codec_unsupported', { codec: codec.name })
  const extended = log.some((line) => /Audio object type 42/.test(line))
  return new AppError('sound_unsupported', { codec: extended ? 'xHE-AAC' : codec.name })
}

const run = (
  name: 'ffprobe' | 'ffmpeg',
  path: string,
  container: Container,
  options: readonly string[],
  outputs: readonly string[] = [],
) =>
  runProgram({
    name,
    args: [
      ...[...options, '-f', demuxers[container]],
      ...['-i', `${mountPoint}/input`, ...outputs],
    ],
    files: { input: { path, write: false } },
  })
