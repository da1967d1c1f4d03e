import { type OpenFile, readAt } from './read-at.ts'

/** The objects of an ASF header that say how its data are encrypted: ASF specification, 3.16, 3.17. */
const asfEncryption = ['fbb3112223bdd211b4b700a0c955fc6e', '14e68a292226174cb935dae07ee9289c'].map(
  (digits) => Buffer.from(digits, 'hex'),
)

/** Whether the header of an ASF file names an encryption. */
export function isProtectedAsf(file: OpenFile): boolean {
  const length = Math.min(Number(readAt(file, 16, 8).readBigUInt64LE()), 1_000_000)
  const header = readAt(file, 0, length)
  return asfEncryption.some((id) => header.includes(id))
}

/** Packets of a transport stream that are looked at. */
const lookedAt = 4096

/**
 * Whether most packets of a transport stream are scrambled. ISO/IEC 13818-1, 2.4.3.2: two bits in the
 * fourth byte of a packet.
 * @param start of the first packet, and `step` from one to the next, in bytes
 */
export function isScrambled(file: OpenFile, start: number, step: number): boolean {
  const bytes = readAt(file, start, lookedAt * step)
  let [packets, scrambled] = [0, 0]
  for (let at = 0; at + 4 <= bytes.length; at += step) {
    const filler = (bytes.readUInt16BE(at + 1) & 0x1fff) === 0x1fff
    if (bytes[at] !== 0x47 || filler) continue
    packets++
    if (bytes.readUInt8(at + 3) & 0x80) scrambled++
  }
  return scrambled > packets / 2
}

/** Sectors of a disc, of which as many are looked at as of packets. */
const sectorBytes = 2048

/** So many of the sectors of a scrambled film are marked as such; the others are in the clear. */
const scrambledShare = 0.1

/**
 * Whether a program stream is that of a scrambled disc. ISO/IEC 13818-1, 2.4.3.7: two bits of the first
 * packet of a sector, behind a pack header of 14 bytes, if it has picture or sound.
 */
export function isScrambledDisc(file: OpenFile): boolean {
  const bytes = readAt(file, 0, lookedAt * sectorBytes)
  let [sectors, scrambled] = [0, 0]
  for (let at = 0; at + 21 <= bytes.length; at += sectorBytes) {
    const isPack = bytes.readUInt32BE(at) === 0x1ba && bytes.readUInt8(at + 4) >> 6 === 1
    const stream = bytes.readUInt32BE(at + 14)
    const isContent = stream === 0x1bd || (stream >= 0x1c0 && stream <= 0x1ef)
    if (!isPack || !isContent) continue
    sectors++
    const flags = bytes.readUInt8(at + 20)
    if (flags >> 6 === 2 && flags & 0x30) scrambled++
  }
  return scrambled > sectors * scrambledShare
}
