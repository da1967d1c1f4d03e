import type { Recipe } from './clips-recipes.ts'
import { behindNext, firstBox, overwrite } from './surgery.ts'

/** What is published of a file: in which step, and whether with its sound. */
export interface Kind {
  readonly recipe: Extract<Recipe, { args: readonly string[] } | { joined: readonly string[] }>
  /** `copy+transcode`: at once a copy, in whose place a transcode comes. */
  readonly becomes: 'copy' | 'remux' | 'transcode' | 'copy+transcode' | 'remux+transcode'
  /** Whether a tone of 440 Hz is heard; another is in a track that must not be chosen. */
  readonly sounds?: false
  /** Pixels as published by a copy or the embedded engine, if not those of the picture below. */
  readonly shown?: readonly [width: number, height: number]
}

const seconds = 1
export const picture = (size = '160x120', rate = 30) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`],
]
export const tone = (rate = 48_000, frequency = 440) => [
  ...['-f', 'lavfi', '-i', `sine=f=${frequency}:r=${rate}:d=${seconds}`],
]
export const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
/** Both, H.264 and what follows. */
export const h264 = (...rest: string[]) => [
  ...picture(),
  ...tone(),
  ...x264,
  '-strict',
  '-2',
  ...rest,
]
const both = (...rest: string[]) => [...picture(), ...tone(), '-strict', '-2', ...rest]
const m2ts = ['-mpegts_m2ts_mode', '1', '-f', 'mpegts']
/** A sound track that is declared and has nothing in it. */
const empty = [
  ...picture(),
  ...['-f', 'lavfi', '-i', 'sine=d=0.001', '-map', '0', '-map', '1', '-af', 'atrim=start=1'],
]
const fragments = ['-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4']
/** The tone that must not be chosen first, then the one of 440 Hz. */
const twoTones = [
  ...picture(),
  ...tone(48_000, 1000),
  ...tone(),
  '-map',
  '0',
  '-map',
  '1',
  '-map',
  '2',
]

/** With the picture of the clip from which it is made. */
const av1 = (...rest: string[]) => [...tone(), '-map', '1', '-c:v', 'copy', ...rest]

const to = (
  becomes: Kind['becomes'],
  args: string[],
  { from, ...more }: Partial<Kind> & { from?: string } = {},
): Kind => ({ recipe: { ...(from && { from }), args }, becomes, ...more })

/** A kind for each codec of sound, named by what is in front and the codec. */
const soundCodecs = <Name extends string>(
  names: string,
  make: (codec: string) => Kind,
  prefix: Name,
) =>
  Object.fromEntries(
    names.split(' ').map((codec) => [`${prefix} ${codec}`, make(codec)]),
  ) as Record<`${Name} ${string}`, Kind>

/**
 * The kinds of files that somebody may have, each made by the embedded ffmpeg, and what is published
 * of them. What a parser of containers leaves out or refuses is here in many forms.
 */
export const kinds = {
  // Transport streams, as cameras, receivers and screen recorders write them.
  ...soundCodecs(
    'mp2 ac3 eac3 dca truehd pcm_bluray',
    (codec) => to('transcode', h264('-c:a', codec, ...m2ts)),
    'm2ts',
  ),
  ...soundCodecs(
    'mp2 libmp3lame ac3 dca libopus',
    (codec) => to('transcode', h264('-c:a', codec, '-f', 'mpegts')),
    'ts',
  ),
  'm2ts aac': to('remux', h264('-c:a', 'aac', ...m2ts)),
  'ts latm': to('transcode', h264('-c:a', 'aac', '-mpegts_flags', 'latm', '-f', 'mpegts')),
  'ts opus beside aac': to('remux', [
    ...[...twoTones, ...x264, '-c:a:0', 'libopus', '-c:a:1', 'aac', '-f', 'mpegts'],
  ]),
  'ts mpeg-2': to('transcode', both('-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'mpegts')),
  'ts mpeg-4': to('transcode', both('-c:v', 'mpeg4', '-c:a', 'aac', '-f', 'mpegts')),
  'ts from the middle of a packet': {
    recipe: {
      args: h264('-c:a', 'aac', '-f', 'mpegts'),
      patch: (bytes: Buffer) => bytes.subarray(100),
    },
    becomes: 'remux',
  },
  // A recording that goes on with another size: a check finds it after the remux.
  'ts h264 turned': {
    recipe: { joined: ['h264 small', 'h264 wide', 'h264 tall'] },
    becomes: 'remux',
  },
  // Program streams and discs.
  'vob pcm_dvd': to(
    'transcode',
    both('-c:v', 'mpeg2video', '-c:a', 'pcm_dvd', '-ac', '2', '-f', 'vob'),
  ),
  'ps mpeg-1': to('transcode', both('-c:v', 'mpeg1video', '-c:a', 'mp2', '-f', 'mpeg')),
  'ps h264': to('transcode', h264('-c:a', 'ac3', '-f', 'vob')),
  // QuickTime.
  ...soundCodecs(
    'pcm_s16le pcm_s16be pcm_s24be pcm_u8 pcm_s8 pcm_f32le pcm_mulaw pcm_alaw adpcm_ima_qt alac ac3',
    (codec) => to('transcode', h264('-c:a', codec, '-f', 'mov')),
    'mov',
  ),
  ...Object.fromEntries(
    ['free', 'skip', 'wide'].map((type): [string, Kind] => [
      `mov that begins with ${type}`,
      {
        recipe: { args: h264('-c:a', 'pcm_s16le', '-f', 'mov'), patch: firstBox(type) },
        becomes: 'transcode',
      },
    ]),
  ),
  'mov without colours in full': {
    recipe: {
      args: h264(
        ...['-c:a', 'aac', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
        ...['-colorspace', 'bt709', '-movflags', 'write_colr', '-f', 'mov'],
      ),
      // A box of 18 bytes that should have 19, at the end of what it is in.
      patch: (bytes: Buffer) => behindNext('colr')(overwrite('nclc', 0, '6e636c78')(bytes)),
    },
    becomes: 'remux',
  },
  'mov prores': to('transcode', both('-c:v', 'prores', '-c:a', 'pcm_s24le', '-f', 'mov')),
  // MP4.
  ...soundCodecs(
    'libmp3lame flac ac3 libopus alac',
    (codec) => to('transcode', h264('-c:a', codec, '-f', 'mp4')),
    'mp4',
  ),
  'mp4 aac of 96 kHz': to('transcode', [
    ...picture(),
    ...tone(96_000),
    ...x264,
    '-c:a',
    'aac',
    '-f',
    'mp4',
  ]),
  'mp4 aac of six channels': to(
    'transcode',
    h264('-af', 'pan=5.1|FL=c0|FR=c0|FC=c0', '-c:a', 'aac', '-f', 'mp4'),
  ),
  'mp4 in fragments': to('copy', h264('-c:a', 'aac', ...fragments)),
  'mp4 h263': to('transcode', [
    ...picture('176x144', 15),
    ...tone(),
    '-c:v',
    'h263',
    '-c:a',
    'aac',
    '-f',
    '3gp',
  ]),
  // A sound track that is declared and empty, as browsers record it.
  'webm with an empty sound': to(
    'transcode',
    [...empty, '-c:v', 'libvpx', '-c:a', 'libopus', '-f', 'webm'],
    { sounds: false },
  ),
  'mkv with an empty sound': to('remux', [...empty, ...x264, '-c:a', 'aac', '-f', 'matroska'], {
    sounds: false,
  }),
  'mp4 with an empty sound': to('copy', [...empty, ...x264, '-c:a', 'aac', ...fragments], {
    sounds: false,
  }),
  'webm that was recorded live': to(
    'transcode',
    [...empty, '-c:v', 'libvpx', '-c:a', 'libopus', '-live', '1', '-f', 'webm'],
    { sounds: false },
  ),
  // Matroska, Ogg.
  ...soundCodecs(
    'flac libvorbis pcm_f32le truehd tta wavpack',
    (codec) => to('transcode', h264('-c:a', codec, '-f', 'matroska')),
    'mkv',
  ),
  'mkv whose default is the second': to('transcode', [
    ...[...twoTones, ...x264, '-c:a:0', 'aac', '-c:a:1', 'libopus'],
    ...['-disposition:a:0', '0', '-disposition:a:1', 'default', '-f', 'matroska'],
  ]),
  'mkv recorded live': to('remux', h264('-c:a', 'aac', '-live', '1', '-f', 'matroska')),
  'mkv theora': to('transcode', both('-c:v', 'libtheora', '-c:a', 'libvorbis', '-f', 'matroska')),
  'ogg theora': to('transcode', both('-c:v', 'libtheora', '-c:a', 'libvorbis', '-f', 'ogv')),
  // AVI, FLV, ASF, MXF, DV, RealMedia and bare streams.
  'avi dv': to(
    'transcode',
    [
      ...['-f', 'lavfi', '-i', 'testsrc2=s=720x576:r=25:d=1', ...tone(), '-aspect', '16:9'],
      ...['-c:v', 'dvvideo', '-pix_fmt', 'yuv420p', '-c:a', 'pcm_s16le', '-ac', '2', '-f', 'avi'],
    ],
    { shown: [1024, 576] },
  ),
  'avi h264': to('transcode', h264('-c:a', 'libmp3lame', '-f', 'avi')),
  'avi mjpeg': to('transcode', both('-c:v', 'mjpeg', '-c:a', 'pcm_u8', '-f', 'avi')),
  'avi huffyuv': to('transcode', both('-c:v', 'huffyuv', '-c:a', 'pcm_s16le', '-f', 'avi')),
  'avi msmpeg4': to('transcode', both('-c:v', 'msmpeg4', '-c:a', 'adpcm_ms', '-f', 'avi')),
  'flv sorenson': to(
    'transcode',
    both('-c:v', 'flv', '-c:a', 'nellymoser', '-ar', '22050', '-f', 'flv'),
  ),
  'flv screen': to(
    'transcode',
    both('-c:v', 'flashsv', '-c:a', 'libmp3lame', '-ar', '22050', '-f', 'flv'),
  ),
  wmv: to('transcode', both('-c:v', 'wmv2', '-c:a', 'wmav2', '-f', 'asf')),
  mxf: to('transcode', [
    ...picture('160x120', 25),
    ...tone(),
    '-c:v',
    'mpeg2video',
    '-c:a',
    'pcm_s16le',
    '-f',
    'mxf',
  ]),
  rm: to('transcode', both('-c:v', 'rv20', '-c:a', 'ac3', '-f', 'rm')),
  'h264 alone': to('transcode', [...picture(), ...x264, '-f', 'h264'], { sounds: false }),
  'mpeg-4 alone': to('transcode', [...picture(), '-c:v', 'mpeg4', '-f', 'm4v'], { sounds: false }),
  'mpeg-2 alone': to('transcode', [...picture(), '-c:v', 'mpeg2video', '-f', 'mpeg2video'], {
    sounds: false,
  }),
  // Beyond what phones decode.
  '240 frames a second': to('copy+transcode', [
    ...picture('160x120', 240),
    ...tone(),
    ...x264,
    '-c:a',
    'aac',
    '-f',
    'mp4',
  ]),
  'screen of an iphone': to(
    'copy+transcode',
    [...picture('1170x2532', 60), ...x264, '-frames:v', '6', '-f', 'mp4'],
    { shown: [1170, 2532], sounds: false },
  ),
  '4k in mkv': to(
    'remux+transcode',
    [...picture('3840x2160', 30), ...x264, '-frames:v', '3', '-f', 'matroska'],
    { shown: [3840, 2160], sounds: false },
  ),
  'a level that overstates': to('copy', h264('-level', '5.2', '-c:a', 'aac', '-f', 'mp4')),
  // AV1, which the embedded ffmpeg doesn't decode.
  'mp4 av1': to('transcode', av1('-c:a', 'aac', '-f', 'mp4'), { from: 'av1' }),
  'mkv av1': to('transcode', av1('-c:a', 'flac', '-f', 'matroska'), { from: 'av1' }),
  'webm av1': to('transcode', av1('-c:a', 'libopus', '-f', 'webm'), { from: 'av1' }),
  'ivf av1': to('transcode', ['-c', 'copy', '-f', 'ivf'], { from: 'av1', sounds: false }),
  'av1 in fragments': to('transcode', av1('-c:a', 'aac', ...fragments), { from: 'av1' }),
  gif: to('transcode', [...picture('160x120', 10), '-f', 'gif'], { sounds: false }),
  // Interlaced.
  'interlaced h264': to(
    'copy+transcode',
    [
      ...[...picture('320x240', 50), ...tone(), '-vf', 'interlace', ...x264],
      ...['-flags', '+ildct+ilme', '-c:a', 'aac', '-f', 'mp4'],
    ],
    { shown: [320, 240] },
  ),
  'interlaced mpeg-2': to(
    'transcode',
    [
      ...[...picture('320x240', 50), ...tone(), '-vf', 'interlace', '-c:v', 'mpeg2video'],
      ...['-flags', '+ildct+ilme', '-q:v', '2', '-c:a', 'mp2', '-f', 'mpegts'],
    ],
    { shown: [320, 240] },
  ),
} as const satisfies Record<string, Kind>
