import { AppError } from '../../../errors.ts'
import { type OpenFile, readAt } from './read-at.ts'

/** Boxes on the way to the tables of sizes. ISO/IEC 14496-12, 8. */
const parents = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'moof', 'traf', 'mvex'])

/** Boxes that are looked at, of all; a recording has some thirty, or four for each fragment. */
const maxBoxes = 500_000

const tableChunk = 1 << 20

/**
 * Refuses an MP4 whose samples claim more bytes than the file has: an index may point at one frame a
 * hundred thousand times, and a copy would write it out as often.
 * @throws AppError video_damaged
 */
export function checkClaimedBytes(file: OpenFile): void {
  const claims = { picture: 0, boxes: 0, isPicture: true, defaultSize: 0 }
  walk(file, 0, file.size, claims)
}

interface Claims {
  picture: number
  boxes: number
  /** Of the track that is looked at: sound of a fixed size is often counted in samples, not bytes. */
  isPicture: boolean
  defaultSize: number
}

function walk(file: OpenFile, from: number, to: number, claims: Claims): void {
  for (let at = from; to - at >= 8; ) {
    if (++claims.boxes > maxBoxes) throw new AppError('video_damaged')
    const header = readAt(file, at, 16)
    const small = header.readUInt32BE(0)
    const type = header.toString('latin1', 4, 8)
    const isLarge = small === 1 && header.length === 16
    const size = isLarge ? Number(header.readBigUInt64BE(8)) : small === 0 ? to - at : small
    const start = at + (isLarge ? 16 : 8)
    const end = Math.min(to, at + size)
    if (size < 8) return
    if (type === 'trak') claims.isPicture = true
    if (parents.has(type)) walk(file, start, end, claims)
    else readers[type]?.(file, start, end, claims)
    if (claims.picture > file.size) throw new AppError('video_damaged')
    at += size
  }
}

/** Each adds what its samples claim. */
const readers: Record<string, (file: OpenFile, at: number, end: number, claims: Claims) => void> = {
  hdlr(file, at, _, claims) {
    claims.isPicture = readAt(file, at + 8, 4).toString('latin1') !== 'soun'
  },
  stsz(file, at, end, claims) {
    const head = readAt(file, at, 12)
    if (head.length < 12) return
    const [fixed, count] = [head.readUInt32BE(4), head.readUInt32BE(8)]
    if (fixed === 0) claims.picture += sum(file, at + 12, end, count, 4, 0)
    else if (claims.isPicture) claims.picture += fixed * count
  },
  stz2(file, at, end, claims) {
    const head = readAt(file, at, 12)
    if (head.length < 12) return
    const bits = head.readUInt8(7)
    // Of four bits, no sample has more than 15 bytes: nothing to fear.
    if (bits >= 8) claims.picture += sum(file, at + 12, end, head.readUInt32BE(8), bits / 8, 0)
  },
  trex(file, at, _, claims) {
    const head = readAt(file, at, 20)
    if (head.length === 20) claims.defaultSize = Math.max(claims.defaultSize, head.readUInt32BE(16))
  },
  tfhd(file, at, _, claims) {
    const head = readAt(file, at, 32)
    if (head.length < 8) return
    const flags = head.readUIntBE(1, 3)
    if (!(flags & 0x10)) return
    const skip = 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0) + (flags & 8 ? 4 : 0)
    if (head.length >= skip + 4) claims.defaultSize = head.readUInt32BE(skip)
  },
  trun(file, at, end, claims) {
    const head = readAt(file, at, 8)
    if (head.length < 8) return
    const [flags, count] = [head.readUIntBE(1, 3), head.readUInt32BE(4)]
    const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length
    const first = at + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0)
    claims.picture +=
      flags & 0x200
        ? sum(file, first, end, count, fields * 4, flags & 0x100 ? 4 : 0)
        : count * claims.defaultSize
  },
}

/** Adds up a table of numbers, one each `step` bytes, `offset` bytes into it. */
function sum(
  file: OpenFile,
  from: number,
  end: number,
  count: number,
  step: number,
  offset: number,
): number {
  const width = Math.min(step, 4)
  const last = Math.min(end, from + count * step)
  const chunk = Math.floor(tableChunk / step) * step
  let total = 0
  for (let at = from; at + step <= last; at += chunk) {
    const bytes = readAt(file, at, Math.min(chunk, last - at))
    for (let i = offset; i + width <= bytes.length; i += step) total += bytes.readUIntBE(i, width)
  }
  return total
}
