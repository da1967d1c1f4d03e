import * as av1Clips from './av1/clips.ts'
import { av1, hevc } from './clips-base64.ts'
import { kindRecipes } from './kinds-recipes.ts'

/** Red in the left upper quarter, so that a test can see which way up a picture is. */
const mark = 'drawbox=w=iw/2:h=ih/2:color=red:t=fill'
const picture = (filter = mark, seconds = 1) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=25:d=${seconds},${filter}`],
]
const sound = (seconds = 1) => ['-f', 'lavfi', '-i', `sine=d=${seconds}`]
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25']
const aac = ['-c:a', 'aac', '-b:a', '64k']
const mp4 = ['-movflags', '+faststart', '-f', 'mp4']

const hdr = (curve: string) => ({
  args: [
    ...picture(
      `${mark},format=gbrp,zscale=tin=bt709:pin=bt709:min=gbr:rin=pc:t=${curve}:p=bt2020:m=bt2020nc:r=tv:npl=203`,
    ),
    ...[...x264, '-pix_fmt', 'yuv420p10le', '-color_primaries', 'bt2020', '-color_trc', curve],
    ...['-colorspace', 'bt2020nc', ...mp4],
  ],
})

const fade = (seconds: number, options = '') => ({
  args: [...picture(`${mark},fade=in:st=0:d=${seconds}${options}`, 6), ...x264, ...mp4],
})

/** How a stored x and y become those that are shown: a b c d of ISO/IEC 14496-12, 8.3.2. */
export type Matrix = readonly [a: number, b: number, c: number, d: number]

const mirrored = (matrix: Matrix, sound: readonly string[] = ['-c:a', 'copy', ...mp4]) => ({
  from: 'h264',
  args: ['-c:v', 'copy', ...sound],
  matrix,
})

/** In IVF, 25 pictures a second; the times of MP4 have a finer clock. */
const alone = (from: string) => ({
  from,
  args: ['-c', 'copy', '-f', 'ivf'],
  patch(bytes: Buffer) {
    bytes.writeUInt32LE(25, 16)
    bytes.writeUInt32LE(1, 20)
    return bytes
  },
})

/** What ffmpeg is told before the name of the output; `from` is another clip as the input. */
export type Recipe =
  | {
      from?: string
      args: readonly string[]
      matrix?: Matrix
      /** What is changed in the bytes afterwards. */
      patch?: (bytes: Buffer) => Buffer
    }
  /** Other clips, in IVF or as transport streams, one after the other. */
  | { joined: readonly string[] }
  | { bytes: Uint8Array }

/**
 * Clips of one or two seconds, 320×180 and 25 frames a second: a moving test pattern, marked, and a
 * sine.
 */
export const recipes = {
  ...kindRecipes,
  h264: { args: [...picture(), ...sound(), ...x264, ...aac, ...mp4] },
  'moov-last': { from: 'h264', args: ['-c', 'copy', '-f', 'mp4'] },
  fragmented: { from: 'h264', args: ['-c', 'copy', '-movflags', '+frag_keyframe', '-f', 'mp4'] },
  mov: { from: 'h264', args: ['-c', 'copy', '-f', 'mov'] },
  mkv: { from: 'h264', args: ['-c', 'copy', '-f', 'matroska'] },
  mpegts: { from: 'h264', args: ['-c', 'copy', '-f', 'mpegts'] },
  flv: { from: 'h264', args: ['-c', 'copy', '-f', 'flv'] },
  'mkv-opus': { from: 'h264', args: ['-c:v', 'copy', '-c:a', 'libopus', '-f', 'matroska'] },
  hevc: { bytes: hevc },
  av1: { bytes: av1 },
  'av1-rotated-90': { from: 'av1', args: ['-c', 'copy', '-metadata:s:v', 'rotate=270', ...mp4] },
  'av1-rotated-270': { from: 'av1', args: ['-c', 'copy', '-metadata:s:v', 'rotate=90', ...mp4] },
  'av1-mirrored': { from: 'av1', args: ['-c', 'copy', ...mp4], matrix: [-1, 0, 0, 1] },
  'av1-mirrored-90': { from: 'av1', args: ['-c', 'copy', ...mp4], matrix: [0, 1, 1, 0] },
  /** Shown 640×180. */
  'av1-anamorphic': { from: 'av1', args: ['-c', 'copy', '-aspect', '32:9', '-f', 'matroska'] },
  'av1 plain': { bytes: av1Clips.plain },
  'av1 grain': { bytes: av1Clips.grain },
  'av1 deep': { bytes: av1Clips.deep },
  'av1 dense': { bytes: av1Clips.dense },
  'av1 range': { bytes: av1Clips.range },
  'av1 dark': { bytes: av1Clips.dark },
  'av1 huge': { bytes: av1Clips.huge },
  'av1 black': { bytes: av1Clips.black },
  'av1 tall': { bytes: av1Clips.tall },
  'av1 wide alone': alone('av1'),
  'av1 tall alone': alone('av1 tall'),
  'av1 black alone': alone('av1 black'),
  'av1 turned': { joined: ['av1 wide alone', 'av1 tall alone'] },
  'av1 huge alone': alone('av1 huge'),
  'av1 swollen': { joined: ['av1 wide alone', 'av1 huge alone'] },
  /** A keyframe a second, of which the first shows nothing. */
  'av1 late': { joined: ['av1 black alone', 'av1 wide alone'] },
  'hevc-mov': {
    from: 'hevc',
    args: [...sound(), '-map', '1', '-c:v', 'copy', '-tag:v', 'hvc1', ...aac, '-f', 'mov'],
  },
  'vp9-webm': {
    args: [
      // Its VP9 encoder crashes unless it is lossless.
      ...[...picture(), ...sound(), '-c:v', 'libvpx-vp9', '-lossless', '1'],
      ...['-pix_fmt', 'yuv420p', '-c:a', 'libopus', '-f', 'webm'],
    ],
  },
  avi: {
    args: [...picture(), ...sound(), '-c:v', 'mpeg4', '-c:a', 'libmp3lame', '-f', 'avi'],
  },
  '10bit-422': {
    args: [...picture(), ...x264, '-pix_fmt', 'yuv422p10le', ...mp4],
  },
  /** As a phone's camera records it when it may use a high dynamic range. */
  hlg: hdr('arib-std-b67'),
  pq: hdr('smpte2084'),
  // A player turns these clockwise by so many degrees; this ffmpeg counts counterclockwise.
  'rotated-90': { from: 'h264', args: ['-c', 'copy', '-metadata:s:v', 'rotate=270', ...mp4] },
  'rotated-180': { from: 'h264', args: ['-c', 'copy', '-metadata:s:v', 'rotate=180', ...mp4] },
  'rotated-270': { from: 'h264', args: ['-c', 'copy', '-metadata:s:v', 'rotate=90', ...mp4] },
  /** From a front camera that stores what its screen doesn't show. */
  mirrored: mirrored([-1, 0, 0, 1]),
  'mirrored-upside-down': mirrored([1, 0, 0, -1]),
  'mirrored-90': mirrored([0, 1, 1, 0]),
  'mirrored-270': mirrored([0, -1, -1, 0]),
  'mirrored-adpcm': mirrored([0, 1, 1, 0], ['-c:a', 'adpcm_ima_qt', '-f', 'mov']),
  /** HEVC, so that the rotation has to be worked into the picture. */
  'hevc-rotated-90': {
    from: 'hevc',
    args: ['-c', 'copy', '-tag:v', 'hvc1', '-metadata:s:v', 'rotate=270', '-f', 'mov'],
  },
  /** Shown 640×180. */
  anamorphic: { args: [...picture(`${mark},setsar=2`), ...sound(), ...x264, ...aac, ...mp4] },
  silent: { args: [...picture(), ...x264, ...mp4] },
  'one-frame': { args: [...picture(), '-frames:v', '1', ...x264, ...mp4] },
  'fade-in': fade(3),
  'slow-fade-in': fade(4),
  'white-fade-in': fade(3, ':color=white'),
  'black-start': {
    args: [
      ...picture(`${mark},drawbox=color=black:t=fill:enable='lt(t,1.2)'`, 2),
      ...[...sound(2), ...x264, ...aac, ...mp4],
    ],
  },
  /** MP3 first and AAC second, and neither of them preferred: the second can be kept as it is. */
  'two-sounds': {
    args: [
      ...[...picture(), ...sound(), '-f', 'lavfi', '-i', 'sine=f=880:d=1'],
      ...['-map', '0', '-map', '1', '-map', '2', ...x264],
      ...['-c:a:0', 'libmp3lame', '-c:a:1', 'aac', '-disposition:a:1', 'default', ...mp4],
    ],
  },
  /** 90 frames a second and 5 in turns. */
  'variable-rate': {
    args: [
      ...['-f', 'lavfi', '-i', "testsrc2=s=320x180:r=90:d=2,select='lt(t,1)+not(mod(n,18))'"],
      ...['-fps_mode', 'vfr', '-c:v', 'mpeg4', '-f', 'matroska'],
    ],
  },
  'odd-size': {
    args: [
      ...['-f', 'lavfi', '-i', 'testsrc=s=321x181:r=25:d=1'],
      '-c:v',
      'ffv1',
      '-f',
      'matroska',
    ],
  },
  /** From 1991: nothing that people upload. */
  cinepak: { args: [...picture(), '-frames:v', '2', '-c:v', 'cinepak', '-f', 'mov'] },
  'audio-only': { args: [...sound(), ...aac, '-f', 'mp4'] },
  image: { args: [...picture(), '-frames:v', '1', '-c:v', 'png', '-update', '1', '-f', 'image2'] },
} as const satisfies Record<string, Recipe>
