/**
 * What a middling phone of five years ago decodes in hardware: H.264 High level 4.2, 1080 pixels on
 * the short side, 60 frames a second. ITU-T H.264, table A-1.
 */
export const ceiling = {
  level: 42,
  shortSide: 1080,
  /** Blocks of 16 × 16 pixels in a frame, a second, and in the frames that a decoder keeps. */
  frameBlocks: 8_704,
  blocksPerSecond: 522_240,
  keptBlocks: 34_816,
  /** Of a side: the square root of eight times `frameBlocks` (A.3.1), in pixels. */
  side: 4_208,
  frameRate: 60,
  bitsPerSecond: 62_500_000,
} as const

/** A hundredth more, since 60 frames a second are often recorded as 60.04. */
const isAbove = (frameRate: number, limit: number): boolean => frameRate > limit * 1.01

/** An H.264 track as it is stored; `level` as its header has it, `keptFrames` for reference. */
interface Stored {
  readonly width: number
  readonly height: number
  readonly frameRate: number
  readonly level: number
  readonly keptFrames: number
  readonly bitsPerSecond: number
}

/**
 * Whether it is within the ceiling, or beyond; `overstated` if only the level in its header is beyond,
 * which many encoders write without need.
 */
export function effortOf(video: Stored): 'within' | 'overstated' | 'beyond' {
  const blocks = blocksOf(video.width, video.height)
  const beyond =
    Math.min(video.width, video.height) > ceiling.shortSide ||
    Math.max(video.width, video.height) > ceiling.side ||
    blocks > ceiling.frameBlocks ||
    isAbove(video.frameRate, ceiling.frameRate) ||
    blocks * video.keptFrames > ceiling.keptBlocks ||
    (video.level > ceiling.level && video.bitsPerSecond > ceiling.bitsPerSecond)
  if (beyond) return 'beyond'
  return video.level > ceiling.level ? 'overstated' : 'within'
}

/**
 * The size to which a picture is scaled: even, in its shape, at most so many pixels on the short side
 * and never more than a decoder of the ceiling takes.
 */
export function fitted(
  picture: { readonly width: number; readonly height: number },
  shortSide: number,
): { width: number; height: number } {
  const { width, height } = picture
  let scale = Math.min(
    1,
    shortSide / Math.min(width, height),
    ceiling.side / Math.max(width, height),
  )
  const at = (length: number) => Math.max(2, Math.floor((length * scale) / 2) * 2)
  while (blocksOf(at(width), at(height)) > ceiling.frameBlocks) scale *= 0.99
  return { width: at(width), height: at(height) }
}

const blocksOf = (width: number, height: number): number =>
  Math.ceil(width / 16) * Math.ceil(height / 16)
