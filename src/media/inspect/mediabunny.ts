import { readSync } from 'node:fs'
import {
  CustomSource,
  EncodedPacketSink,
  Input,
  type InputFormat,
  type InputTrack,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WEBM,
} from 'mediabunny'
import { AppError } from '../../errors.ts'
import type { OpenFile } from './containers.ts'
import { type Container, demuxers, type Tracks, type VideoInfo } from './file-info.ts'

/** The containers that it knows, by the name of ffmpeg's demuxer. */
const formats: Record<string, InputFormat[]> = {
  mov: [MP4, QTFF],
  matroska: [MATROSKA, WEBM],
  mpegts: [MPEG_TS],
  ogg: [OGG],
}

/**
 * Reads the tracks of a file with mediabunny. Null if it doesn't know the container or a codec in it;
 * then ffprobe has to read them.
 * @throws AppError not_a_video, video_damaged
 */
export async function readWithMediabunny(
  file: OpenFile,
  container: Container,
): Promise<Tracks | null> {
  const known = formats[demuxers[container]]
  if (!known) return null
  using input = new Input({ formats: known, source: boundedSource(file) })
  try {
    return await read(input)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('video_damaged')
  }
}

/** In all, for the index and the packets that are read; an honest file of ten minutes needs 10 MB. */
const maxReadBytes = 256 * 1024 * 1024

/** Reads block by block, up to a bound. */
function boundedSource({ fd, size }: OpenFile): CustomSource {
  let left = maxReadBytes
  return new CustomSource({
    getSize: () => size,
    read: (start, end) => {
      left -= end - start
      if (left < 0) throw new AppError('video_damaged')
      const block = new Uint8Array(end - start)
      return block.subarray(0, readSync(fd, block, 0, block.length, start))
    },
    prefetchProfile: 'fileSystem',
    handleUnhandledError: () => {},
  })
}

async function read(input: Input): Promise<Tracks | null> {
  const [videos, audios] = [await input.getVideoTracks(), await input.getAudioTracks()]
  const video = videos[0]
  if (!video) {
    if (audios.length > 0) throw new AppError('not_a_video')
    return null
  }
  const videoCodec = await video.getCodec()
  // The first AAC track, else the first.
  const audioCodecs = await Promise.all(audios.map((audio) => audio.getCodec()))
  const track = Math.max(0, audioCodecs.indexOf('aac'))
  const [audio, codec] = [audios[track], audioCodecs[track]]
  if (videoCodec === null || codec === null) return null
  const tracks = audio ? [video, audio] : [video]
  for (const kept of tracks) await checkEnds(kept)
  // A transport stream starts at any time, often at 1.4 seconds.
  const start = Math.max(0, await input.getFirstTimestamp(tracks))
  const duration = (await input.computeDuration(tracks)) - start
  if (!Number.isFinite(duration) || duration < 0) throw new AppError('video_damaged')
  return {
    video: await readVideo(video, videoCodec),
    audio: codec ? { codec, track } : null,
    duration,
  }
}

/** The first and the last packet must lie inside the file, whatever the index says. */
async function checkEnds(track: InputTrack): Promise<void> {
  const sink = new EncodedPacketSink(track)
  for (const packet of [await sink.getFirstPacket(), await sink.getPacket(Infinity)]) {
    if (!packet || packet.data.length === 0) throw new AppError('video_damaged')
  }
}

async function readVideo(track: InputVideoTrack, codec: string): Promise<VideoInfo> {
  const { num, den } = await track.getPixelAspectRatio()
  // The declared type doesn't know the curves of a high dynamic range yet.
  const transfer: string | null | undefined = (await track.getColorSpace()).transfer
  const stats = await track.computePacketStats(ratePackets)
  return {
    codec: codec === 'avc' ? 'h264' : codec,
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    mirrored: await track.getFlip(),
    frameRate: stats.packetCount > 1 ? stats.averagePacketRate : 0,
    universal: codec === 'avc' && isUniversal(await track.getCodecParameterString()),
    hdr: transfer === 'hlg' || transfer === 'pq' ? transfer : null,
    square: Math.abs(num / den - 1) < 0.02,
  }
}

/** The frame rate is measured over so many packets, some ten seconds. */
const ratePackets = 300

/**
 * Baseline, Main, Extended and High hold only 8-bit 4:2:0; the ones above may hold more.
 * RFC 6381, 3.3: the two hexadecimal digits after `avc1.` are the profile.
 */
const isUniversal = (codec: string | null): boolean => /^avc[13]\.(42|4d|58|64)/i.test(codec ?? '')
