import { AppError } from '../../../errors.ts'
import { type OpenFile, readAt } from './read-at.ts'

/** A box of an MP4 or QuickTime file: its type, and where its content is, in bytes. */
export interface Box {
  readonly type: string
  readonly from: number
  readonly to: number
}

/** A fragmented recording has two boxes per fragment, often one a second. */
const maxBoxes = 100_000

/**
 * The boxes that follow one another between two places of a file. ISO/IEC 14496-12, 4.2: a 32-bit size
 * and a type; size 1 puts 64 bits behind the type, size 0 means to the end.
 * @throws AppError video_damaged, if a length leads beyond the end
 */
export function* boxesIn(file: OpenFile, from: number, to: number): Generator<Box> {
  let indexed = false
  for (let at = from, boxes = 0; to - at >= 8; boxes++) {
    const header = readAt(file, at, 16)
    if (header.length < 8) throw new AppError('video_damaged')
    const type = header.toString('latin1', 4, 8)
    const size = boxSize(header, to - at)
    // Some cameras pad the end with zeros, and QuickTime ends lists with four of them.
    if (size === 0 && type === '\0\0\0\0' && (indexed || from > 0)) return
    if (size < 8 || at + size > to || boxes > maxBoxes) throw new AppError('video_damaged')
    indexed ||= type === 'moov'
    yield { type, from: at + (header.readUInt32BE(0) === 1 ? 16 : 8), to: at + size }
    at += size
  }
}

function boxSize(header: Buffer, rest: number): number {
  const size = header.readUInt32BE(0)
  if (size === 1) return header.length < 16 ? 0 : Number(header.readBigUInt64BE(8))
  return size === 0 && header.readUInt32BE(4) !== 0 ? rest : size
}

/** The way from a track to the descriptions of its samples. */
const wayToEntries = ['mdia', 'minf', 'stbl', 'stsd']

/** Types of sample entries whose samples are encrypted: ISO/IEC 14496-12, 8.12, and FairPlay. */
const protectedEntries = new Set(['encv', 'enca', 'drmi', 'drms'])

/**
 * Whether a track of the index is encrypted. What is in a track and can't be walked isn't known to be:
 * FFmpeg is less strict there.
 * @throws AppError video_damaged, if a track doesn't fit into the index
 */
export function isProtected(file: OpenFile, index: Box): boolean {
  const tracks = Array.from(boxesIn(file, index.from, index.to)).filter(
    ({ type }) => type === 'trak',
  )
  return tracks.some((track) => {
    try {
      return entriesOf(file, track, wayToEntries).some(({ type }) => protectedEntries.has(type))
    } catch {
      return false
    }
  })
}

function entriesOf(file: OpenFile, box: Box, [next, ...further]: readonly string[]): Box[] {
  // `stsd` has a version, flags and a number before its entries.
  const from = box.type === 'stsd' ? box.from + 8 : box.from
  const children = Array.from(boxesIn(file, from, box.to))
  if (next === undefined) return children
  return children
    .filter(({ type }) => type === next)
    .flatMap((child) => entriesOf(file, child, further))
}
