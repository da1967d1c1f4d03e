import type { Recipe } from './clips-recipes.ts'
import { h264, type Kind, kinds, picture, tone, x264 } from './kinds.ts'
import { aacConfig } from './surgery.ts'

type KindName = keyof typeof kinds

const vp8 = (size: string) => ({
  args: [...picture(size), '-t', '0.5', '-c:v', 'libvpx', '-f', 'ivf'],
})

/** The encoder of the embedded ffmpeg crashes unless it is lossless. */
const vp9 = (size: string) => ({
  args: [
    ...[...picture(size), '-t', '0.5', '-pix_fmt', 'yuv420p'],
    ...['-c:v', 'libvpx-vp9', '-lossless', '1', '-f', 'ivf'],
  ],
})

const tsOf = (size: string) => ({
  args: [...picture(size), ...tone(), '-t', '0.5', ...x264, '-c:a', 'aac', '-f', 'mpegts'],
})

/** The recipes of the kinds, and of what else their test needs. */
export const kindRecipes = {
  ...(Object.fromEntries(
    Object.entries(kinds as Record<string, Kind>).map(([name, { recipe }]) => [name, recipe]),
  ) as Record<KindName, Kind['recipe']>),
  'vp8 wide': vp8('160x120'),
  'vp8 tall': vp8('120x160'),
  'vp8 small': vp8('80x60'),
  'vp9 wide': vp9('160x120'),
  'vp9 tall': vp9('120x160'),
  'vp9 small': vp9('80x60'),
  'vp9 turned': { joined: ['vp9 small', 'vp9 wide', 'vp9 tall'] },
  // As a browser records it in MP4.
  'vp9 turned in mp4': { from: 'vp9 turned', args: ['-c', 'copy', '-f', 'mp4'] },
  'h264 wide': tsOf('160x120'),
  'h264 tall': tsOf('120x160'),
  'h264 small': tsOf('80x60'),
  'h264 turned in mov': { from: 'ts h264 turned', args: ['-c', 'copy', '-f', 'mov'] },
  // As a phone writes what was held upright: stored as it was, with a matrix that turns it.
  'h264 turned upright': {
    from: 'ts h264 turned',
    args: ['-c', 'copy', '-metadata:s:v', 'rotate=90', '-f', 'mp4'],
  },
  'vp8 turned': { joined: ['vp8 small', 'vp8 wide', 'vp8 tall'] },
  'vp8 turned in webm': { from: 'vp8 turned', args: ['-c', 'copy', '-f', 'webm'] },
  'xhe-aac': {
    // Object type 42, behind an escape of 31: ISO/IEC 23003-3.
    args: h264('-c:a', 'aac', '-f', 'mp4'),
    patch: aacConfig('f94820'),
  },
  cenc: {
    args: h264(
      ...['-c:a', 'aac', '-encryption_scheme', 'cenc-aes-ctr'],
      ...['-encryption_key', '0'.repeat(32), '-encryption_kid', '1'.repeat(32), '-f', 'mp4'],
    ),
  },
} as const satisfies Record<string, Recipe>
