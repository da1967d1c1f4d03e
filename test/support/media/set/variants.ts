import type { Picture } from '../inspect.ts'
import { sounds, type Video, videos } from './encoders.ts'

/** A file of the set: how it is made, and how it has to look. */
export interface Variant {
  readonly name: string
  /** The muxer. */
  readonly format: string
  readonly video: Video
  /** `none`: without any sound. */
  readonly sound: string
  /** Pixels as stored, frames a second. */
  readonly size: string
  readonly rate: string
  /** Filters of the picture, behind its marks. */
  readonly filter: string
  /** Options of the output, behind those of the encoders. */
  readonly args: readonly string[]
  /** Degrees by which a player has to turn it counterclockwise. */
  readonly rotate: string
  /** Options of the second input, the sound. */
  readonly soundArgs: readonly string[]
  /** Width and height as displayed; where the picture is larger than is published, its shape. */
  readonly shown: readonly [width: number, height: number]
  readonly red: Picture['red']
  /** What is stored can't be played by all; the file that can comes some time later. */
  readonly replaced: boolean
  /** Played and looked at, but its flashes and beeps can't be told apart. */
  readonly untimed: boolean
}

interface Row extends Partial<Omit<Variant, 'name' | 'video'>> {
  readonly video?: keyof typeof videos
}

const row = (name: string, options: Row): Variant => {
  const video: Video = videos[options.video ?? 'h264']
  const size = options.size ?? video.size ?? '320x180'
  const [width = 0, height = 0] = size.split('x').map(Number)
  return {
    ...{ name, format: 'mp4', sound: 'aac', size, rate: video.rate ?? '30', filter: '', args: [] },
    ...{ rotate: '0', soundArgs: [], shown: video.shown ?? [width, height], red: 'top left' },
    ...{ replaced: false, untimed: false },
    ...options,
    video,
  }
}

/** One file for each of these words, named by the container and the word. */
const each = (words: string, format: string, options: (word: string) => Row): Variant[] =>
  words.split(' ').map((word) => row(`${format} ${word}`, { format, ...options(word) }))

const sound = (word: string): Row => ({ sound: word })
const video =
  (of: string) =>
  (word: string): Row => ({ video: word as keyof typeof videos, sound: of })

const containers = [
  ...'mp4 mov ipod 3gp 3g2 f4v ismv psp matroska mpegts flv avi asf mxf'.split(' '),
].map((format) =>
  row(`${format} h264 aac`, { format, sound: format === 'mxf' ? 'pcm_s16le' : 'aac' }),
)

const onlyElsewhere = new Set([
  'pcm_dvd',
  'pcm_bluray',
  's302m',
  'adpcm_swf',
  'nellymoser',
  'real_144',
  'adpcm_ima_qt',
])

const sounded = [
  ...each(
    Object.keys(sounds)
      .filter((name) => !onlyElsewhere.has(name))
      .join(' '),
    'matroska',
    sound,
  ),
  ...each('mp3 mp2 ac3 eac3 opus flac alac vorbis dts', 'mp4', sound),
  ...each('pcm_s16le pcm_s16be pcm_s24le pcm_u8 pcm_f32le pcm_mulaw pcm_alaw', 'mov', sound),
  ...each('adpcm_ima_qt alac ac3 eac3 mp3 aac-mono aac-5.1 aac-96k', 'mov', sound),
  ...each('mp2 mp3 ac3 eac3 dts opus s302m aac-5.1 aac-mono', 'mpegts', sound),
  ...each('mp3 mp2 ac3 pcm_s16le adpcm_ms adpcm_ima_wav', 'avi', sound),
  ...each('mp3 nellymoser adpcm_swf', 'flv', sound),
  ...each('wmav1 wmav2 mp3', 'asf', sound),
  row('mpegts latm', { format: 'mpegts', args: ['-mpegts_flags', 'latm'] }),
  row('m2ts', { format: 'mpegts', args: ['-mpegts_m2ts_mode', '1'] }),
  row('m2ts pcm_bluray', {
    format: 'mpegts',
    ...{ sound: 'pcm_bluray', args: ['-mpegts_m2ts_mode', '1'] },
  }),
]

const pictured = [
  ...each('vp8 vp9', 'webm', video('opus')),
  ...each('vp8', 'webm', video('vorbis')).map((made) => ({ ...made, name: 'webm vp8 vorbis' })),
  ...each('theora', 'ogg', video('vorbis')),
  ...each('mpeg4 mpeg4-b msmpeg4v2 msmpeg4v3 mjpeg', 'avi', video('mp3')),
  ...each('huffyuv ffvhuff utvideo magicyuv zmbv rawvideo ffv1', 'avi', video('pcm_s16le')),
  ...each('wmv1 wmv2 msmpeg4v3 mpeg4', 'asf', video('wmav2')),
  ...each('flv1 flashsv flashsv2', 'flv', video('mp3')),
  ...each(
    'prores prores-4444 dnxhr cfhd v210 qtrle png svq1 mjpeg jpeg2000',
    'mov',
    video('pcm_s16le'),
  ),
  ...each('mpeg4 h263 mpeg2video', 'mov', video('aac')),
  ...each('mpeg4 mpeg2video mpeg1video mjpeg vp9 png', 'mp4', video('aac')),
  ...each('h263 mpeg4', '3gp', video('aac-mono')),
  ...each('mpeg2video mpeg1video mpeg4 mpeg2video-i', 'mpegts', video('mp2')),
  ...each('mpeg2video mpeg1video', 'mpeg', video('mp2')),
  ...each('mpeg2video', 'vob', video('ac3')),
  ...each('mpeg2video', 'dvd', video('pcm_dvd')),
  ...each('mpeg2video', 'svcd', video('mp2')),
  ...each('mpeg1video', 'vcd', video('mp2')),
  ...each('mpeg2video mpeg1video', 'mpeg2video', video('none')),
  ...each('mpeg2video dnxhr', 'mxf', video('pcm_s16le')),
  ...each('dv', 'dv', video('pcm_s16le')),
  ...each('rv10 rv20', 'rm', video('ac3')),
  ...each('vp8 vp9', 'ivf', video('none')),
  ...each('theora h263 ffv1 prores wmv2 vp8 mpeg2video mjpeg', 'matroska', video('aac')),
  ...each('hevc av1', 'mp4', video('aac')),
  ...each('hevc', 'mpegts', video('aac')),
  ...each('av1 vp9-profile2', 'webm', video('opus')),
]

const flags = [
  row('moov last', { args: [] }),
  row('fragments', { args: ['-movflags', '+frag_keyframe+empty_moov'] }),
  row('fragments with default base', {
    args: ['-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
  }),
  row('fragments by time', { args: ['-movflags', '+empty_moov', '-frag_duration', '200000'] }),
  row('cmaf', { args: ['-movflags', '+cmaf+frag_keyframe'] }),
  row('dash', { args: ['-movflags', '+dash+frag_keyframe'] }),
  row('negative offsets', { video: 'h264-b', args: ['-movflags', '+negative_cts_offsets'] }),
  row('no edit list', { video: 'h264-b', args: ['-use_editlist', '0'] }),
  row('timecode', { format: 'mov', args: ['-timecode', '01:00:00:00'] }),
  row('tags', { args: ['-metadata', 'title=x', '-metadata', 'location=+00.0000+000.0000/'] }),
  row('odd time base', { args: ['-video_track_timescale', '12345'] }),
  row('live matroska', { format: 'matroska', args: ['-live', '1'] }),
  row('webm without cues', { format: 'webm', video: 'vp8', sound: 'opus', args: ['-live', '1'] }),
  row('transport stream that starts late', {
    format: 'mpegts',
    args: ['-output_ts_offset', '5000'],
  }),
  // Its clock begins anew after 26.5 hours, here in the middle of the clip.
  row('transport stream whose clock begins anew', {
    ...{ format: 'mpegts', args: ['-output_ts_offset', '95441.5', '-muxdelay', '0'] },
  }),
  row('sound half a second late', { soundArgs: ['-itsoffset', '0.5'] }),
  row('sound late in matroska', { format: 'matroska', soundArgs: ['-itsoffset', '0.5'] }),
  row('sound late in a transport stream', { format: 'mpegts', soundArgs: ['-itsoffset', '0.5'] }),
  row('opus late', { format: 'matroska', sound: 'opus', soundArgs: ['-itsoffset', '0.5'] }),
  row('sound from before the picture', { soundArgs: ['-ss', '0.3', '-itsoffset', '-0.3'] }),
  row('short sound', { soundArgs: ['-t', '2.4'] }),
  row('silent', { sound: 'none' }),
]

const pictures = [
  ...each(
    'h264-b h264-baseline h264-main h264-intra h264-open-gop h264-full-range',
    'mp4',
    video('aac'),
  ),
  ...each('h264-10bit h264-422 h264-444 h264-lossless h264-i h264-cavlc', 'mp4', video('aac')),
  ...each('hlg pq', 'mp4', video('aac')),
  row('level 5.2 in the header', { video: 'h264-level' }),
  row('interlaced mpeg4', { format: 'avi', video: 'mpeg4-i', sound: 'mp3' }),
  ...each('1 5 15 24000/1001 24 25 30000/1001 48 50 60000/1001 60', 'mp4', (rate) => ({
    rate,
    // Both flashes are one.
    untimed: rate === '1',
  })),
  ...each('5 24000/1001 25 50 60 120', 'avi', (rate) => ({ rate, video: 'mpeg4', sound: 'mp3' })),
  row('120 a second', { rate: '120', replaced: true }),
  row('frames of any length', {
    ...{ filter: "select='lt(t,0.9)+not(mod(n,3))'", args: ['-fps_mode', 'vfr'] },
  }),
  row('frames of any length, encoded', {
    ...{ format: 'matroska', video: 'mpeg4', filter: "select='lt(t,0.9)+not(mod(n,3))'" },
    args: ['-fps_mode', 'vfr'],
  }),
  ...each('2x2 16x16 64x36 640x360 854x480 1280x720 180x320 100x1000 1000x100', 'mp4', (size) => ({
    ...{ size, untimed: size === '2x2' },
  })),
  ...each('1920x1080 1080x1920', 'mp4', (size) => ({ size })),
  ...each('2560x1440 3840x2160', 'mp4', (size) => ({ size, replaced: true })),
  ...each('1170x2532', 'mp4', (size) => ({ size, rate: '60', replaced: true })),
  ...each('321x181 33x17 1279x719', 'matroska', (size) => ({ size, video: 'ffv1' })),
  ...(['1/2', '4/3', '16/11', '2'] as const).map((ratio) => {
    const [over = 1, under = 1] = ratio.split('/').map(Number)
    const shown = [(320 * over) / under, 180] as const
    return row(`pixels of ${ratio}`, { filter: `setsar=${ratio}`, shown })
  }),
  ...(
    [
      ['90', [180, 320], 'bottom left'],
      ['180', [320, 180], 'bottom right'],
      ['270', [180, 320], 'top right'],
    ] as const
  ).flatMap(([rotate, shown, red]) => {
    const turned = { rotate, shown, red }
    return [
      row(`turned by ${rotate}`, turned),
      row(`turned by ${rotate}, encoded`, { format: 'mov', video: 'mpeg4', ...turned }),
    ]
  }),
]

/** Every file of the set. */
export const variants: readonly Variant[] = [
  ...[...containers, ...sounded, ...pictured, ...flags, ...pictures],
]

/** Those of what has gone wrong before that only a player shows: what CI has the time for. */
export const short: ReadonlySet<string> = new Set([
  ...['mpegts latm', 'mpegts opus', 'avi 50', 'mp4 hlg', 'mp4 h264-i', 'turned by 90'],
  ...['sound half a second late', 'frames of any length', 'pixels of 4/3'],
  // Made by a native ffmpeg, if there is one.
  'webm av1',
])
