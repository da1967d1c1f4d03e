import { readSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import type { Container } from './file-info.ts'

/** An open file. `size` is bytes. */
export interface OpenFile {
  readonly fd: number
  readonly size: number
}

const headBytes = 4096

/**
 * Recognises the container by its first bytes and checks that the outermost lengths fit the file.
 * @throws AppError not_a_video, video_damaged
 */
export function checkContainer(file: OpenFile): { container: Container; faststart: boolean } {
  const head = readAt(file, 0, headBytes)
  const container = containerOf(head)
  if (!container || looksLikeMarkup(head)) throw new AppError('not_a_video')
  if (container === 'mp4' || container === 'mov') return { container, faststart: walkBoxes(file) }
  if (container === 'matroska' || container === 'webm') checkSegment(file)
  if (container === 'avi' && head.readUInt32LE(4) + 8 > file.size + 1) {
    throw new AppError('video_damaged')
  }
  return { container, faststart: true }
}

/** Boxes that a QuickTime or MP4 file may begin with. ISO/IEC 14496-12, QuickTime File Format. */
const firstBoxes = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'])
const asfHeader = '3026b2758e66cf11a6d900aa0062ce6c'

function containerOf(head: Buffer): Container | null {
  const text = (at: number, length: number) => head.toString('latin1', at, at + length)
  if (firstBoxes.has(text(4, 4))) {
    return text(4, 4) === 'ftyp' && text(8, 4) !== 'qt  ' ? 'mp4' : 'mov'
  }
  if (head.toString('hex', 0, 4) === '1a45dfa3') {
    return text(0, 64).includes('webm') ? 'webm' : 'matroska'
  }
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'AVI ') return 'avi'
  if (text(0, 3) === 'FLV') return 'flv'
  if (text(0, 4) === 'OggS') return 'ogg'
  if (head.toString('hex', 0, 16) === asfHeader) return 'asf'
  if (head.toString('hex', 0, 4) === '000001ba') return 'mpeg'
  // A transport stream has a sync byte in each packet of 188 bytes, of 192 from an AVCHD camera.
  if ([0, 188, 376, 564].every((at) => head[at] === 0x47)) return 'mpegts'
  if ([4, 196, 388, 580].every((at) => head[at] === 0x47)) return 'mpegts'
  return null
}

/** A page that poses as a video: the boxes are valid, but a browser that sniffs would render it. */
const looksLikeMarkup = (head: Buffer): boolean =>
  /<(?:!doctype|html|head|body|script|svg|iframe|img|\?xml|\?php)\b/i.test(head.toString('latin1'))

/**
 * Walks the outermost boxes; returns whether the index (`moov`) comes before the data (`mdat`).
 * ISO/IEC 14496-12, 4.2: a 32-bit size and a type; size 1 puts 64 bits behind the type, size 0 means
 * to the end of the file.
 */
function walkBoxes(file: OpenFile): boolean {
  const seen: string[] = []
  for (let at = 0, boxes = 0; file.size - at >= 8; boxes++) {
    const header = readAt(file, at, 16)
    const type = header.toString('latin1', 4, 8)
    const size = boxSize(header, file.size - at)
    // Some cameras pad the end with zeros.
    if (size === 0 && type === '\0\0\0\0' && seen.includes('moov')) break
    if (size < 8 || at + size > file.size || boxes > maxBoxes) throw new AppError('video_damaged')
    seen.push(type)
    at += size
  }
  const index = seen.indexOf('moov')
  if (index < 0) throw new AppError(seen.includes('mdat') ? 'video_damaged' : 'not_a_video')
  const data = seen.indexOf('mdat')
  return data < 0 || index < data
}

/** A fragmented recording has two boxes per fragment, often one a second. */
const maxBoxes = 100_000

function boxSize(header: Buffer, rest: number): number {
  const size = header.readUInt32BE(0)
  if (size === 1) return header.length < 16 ? 0 : Number(header.readBigUInt64BE(8))
  return size === 0 && header.readUInt32BE(4) !== 0 ? rest : size
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

function readAt(file: OpenFile, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(Math.min(length, file.size - at))
  return buffer.subarray(0, readSync(file.fd, buffer, 0, buffer.length, at))
}
