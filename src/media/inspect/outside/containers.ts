import { AppError } from '../../../errors.ts'
import type { Container } from '../file-info.ts'
import { boxesIn, isProtected } from './boxes.ts'
import { movesAsGif } from './gif.ts'
import { otherKindOf, photoFormat } from './other-files.ts'
import { isProtectedAsf, isScrambled, isScrambledDisc } from './protection.ts'
import { type OpenFile, readAt } from './read-at.ts'

/** What the outside of a file tells. */
export interface Outside {
  readonly container: Container
  readonly faststart: boolean
  /** Whether the index comes in pieces, each with a part of the film. */
  readonly fragmented: boolean
}

const headBytes = 4096

/**
 * Recognises the container by its first bytes and checks that the outermost lengths fit the file.
 * @throws AppError not_a_video, photo, sound_only, video_protected, video_damaged
 */
export function checkContainer(file: OpenFile): Outside {
  const head = readAt(file, 0, headBytes)
  if (looksLikeMarkup(head)) throw new AppError('not_a_video', { format: 'HTML' })
  const container = containerOf(head)
  if (!container || (container === 'gif' && !movesAsGif(file))) {
    const kind = otherKindOf(head)
    throw kind ? new AppError(kind.code, { format: kind.format }) : new AppError('not_a_video')
  }
  if (container === 'mp4' || container === 'mov') return { container, ...checkBoxes(file, head) }
  if (container === 'matroska' || container === 'webm') checkSegment(file)
  if (container === 'avi' && head.readUInt32LE(4) + 8 > file.size + 1) {
    throw new AppError('video_damaged')
  }
  const packets = container === 'mpegts' ? findPackets(head) : null
  const isHidden =
    (packets && isScrambled(file, packets.start, packets.step)) ||
    (container === 'asf' && isProtectedAsf(file)) ||
    (container === 'mpeg' && isScrambledDisc(file))
  if (isHidden) throw new AppError('video_protected')
  return { container, faststart: true, fragmented: false }
}

/** Boxes that a QuickTime or MP4 file may begin with. ISO/IEC 14496-12, QuickTime File Format. */
const firstBoxes = new Set([
  ...['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot', 'uuid', 'styp', 'meta', 'junk'],
])

/** Bytes at the beginning, in hexadecimal digits, of containers that begin with nothing else. */
const beginnings: readonly [string, Container][] = [
  ['3026b2758e66cf11a6d900aa0062ce6c', 'asf'],
  ['000001ba', 'mpeg'],
  ['000001bb', 'mpeg'],
  ['000001e0', 'mpeg'],
  // Bare streams, as some cameras for houses write them.
  ['000001b3', 'mpegvideo'],
  ['000001b0', 'm4v'],
  ['0000000109', 'h264'],
  ['0000000127', 'h264'],
  ['0000000167', 'h264'],
  ['000000014001', 'hevc'],
  ['000000014601', 'hevc'],
  ['060e2b34020501010d01020101', 'mxf'],
  ['1f0700', 'dv'],
  ['2e524d46', 'rm'],
  ['444b4946', 'ivf'],
  ['464c56', 'flv'],
  ['4f676753', 'ogg'],
  ['47494638', 'gif'],
]

function containerOf(head: Buffer): Container | null {
  const text = (at: number, length: number) => head.toString('latin1', at, at + length)
  if (firstBoxes.has(text(4, 4))) {
    return text(4, 4) === 'ftyp' && text(8, 4) !== 'qt  ' ? 'mp4' : 'mov'
  }
  if (head.toString('hex', 0, 4) === '1a45dfa3') {
    return text(0, 64).includes('webm') ? 'webm' : 'matroska'
  }
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'AVI ') return 'avi'
  const digits = head.toString('hex', 0, 16)
  const known = beginnings.find(([beginning]) => digits.startsWith(beginning))
  return known?.[1] ?? (findPackets(head) ? 'mpegts' : null)
}

/**
 * Finds the packets of a transport stream: each has 188 bytes, 4 more in front from an AVCHD camera,
 * 16 more behind from some receivers, and a sync byte. A recording may begin in the middle of one.
 */
function findPackets(head: Buffer): { start: number; step: number } | null {
  for (let start = 0; start < 208; start++) {
    for (const step of [188, 192, 204]) {
      if ([0, 1, 2, 3, 4].every((i) => head[start + i * step] === 0x47)) return { start, step }
    }
  }
  return null
}

/** A page that poses as a video: the boxes are valid, but a browser that sniffs would render it. */
const looksLikeMarkup = (head: Buffer): boolean =>
  /<(?:!doctype|html|head|body|script|svg|iframe|img|\?xml|\?php)\b/i.test(head.toString('latin1'))

/**
 * Walks the outermost boxes: whether the index (`moov`) comes before the data (`mdat`), and whether it
 * comes in fragments (`moof`).
 */
function checkBoxes(file: OpenFile, head: Buffer): Omit<Outside, 'container'> {
  const seen = Array.from(boxesIn(file, 0, file.size))
  const types = seen.map(({ type }) => type)
  const index = seen.find(({ type }) => type === 'moov')
  if (!index) {
    if (types.includes('meta')) {
      throw new AppError('photo', { format: photoFormat(head.toString('latin1', 8, 12)) })
    }
    throw new AppError(types.includes('mdat') ? 'video_damaged' : 'not_a_video')
  }
  if (isProtected(file, index)) throw new AppError('video_protected')
  const [at, data] = [types.indexOf('moov'), types.indexOf('mdat')]
  return { faststart: data < 0 || at < data, fragmented: types.includes('moof') }
}

/** The ids of the two outermost elements: RFC 8794, 11.2.1 and RFC 9559, 5.1. */
const ebmlHeaderId = 0x1a45dfa3
const segmentId = 0x18538067

/**
 * Refuses a Matroska file that ends before its segment does. A live recording doesn't know its size
 * and says so. RFC 8794, 4 and 6: an id, then a size whose leading zero bits give its length.
 */
function checkSegment(file: OpenFile): void {
  for (let at = 0; file.size - at >= 12; ) {
    const bytes = readAt(file, at, 12)
    const length = Math.clz32(bytes.readUInt8(4)) - 23
    if (length > 8) throw new AppError('video_damaged')
    // The marker bit is taken off first: added to it, a small size would be rounded away.
    const [first = 0, ...others] = bytes.subarray(4, 4 + length)
    const rest = others.reduce((sum, byte) => sum * 256 + byte, first & (0xff >> length))
    const unknown = rest >= 2 ** (7 * length) - 1
    const end = at + 4 + length + rest
    if (!unknown && end > file.size) throw new AppError('video_damaged')
    if (bytes.readUInt32BE(0) === segmentId) return
    if (bytes.readUInt32BE(0) !== ebmlHeaderId || unknown) break
    at = end
  }
  throw new AppError('video_damaged')
}
