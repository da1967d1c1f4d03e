/** What ffmpeg can't write is made by changing bytes of what it can. */

/** Overwrites bytes at a place behind the first one where a text stands, after another text. */
export const overwrite =
  (text: string, skip: number, hex: string, after = '') =>
  (bytes: Buffer): Buffer => {
    const at = bytes.indexOf(text, bytes.indexOf(after, 0, 'latin1'), 'latin1')
    if (at < 0) throw new Error(`the clip has no ${text}`)
    bytes.set(Buffer.from(hex, 'hex'), at + skip)
    return bytes
  }

/** Exchanges a box with the one behind it, so that it is the last in its parent. */
export const behindNext =
  (type: string) =>
  (bytes: Buffer): Buffer => {
    const at = bytes.indexOf(type, 0, 'latin1') - 4
    const [size, next] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + bytes.readUInt32BE(at))]
    const box = Buffer.from(bytes.subarray(at, at + size))
    bytes.copyWithin(at, at + size, at + size + next)
    box.copy(bytes, at + next)
    return bytes
  }

/** Overwrites the type of the first box of a file. */
export const firstBox =
  (type: string) =>
  (bytes: Buffer): Buffer => {
    bytes.write(type, 4, 'latin1')
    return bytes
  }

/** Overwrites the configuration of the AAC decoder: ISO/IEC 14496-3, 1.6; the tag is of 14496-1, 7.2.6. */
export const aacConfig =
  (hex: string) =>
  (bytes: Buffer): Buffer => {
    const at = bytes.indexOf(Buffer.from('0580808005', 'hex'), bytes.indexOf('esds'))
    if (at < 0) throw new Error('the clip has no configuration of AAC')
    bytes.set(Buffer.from(hex, 'hex'), at + 5)
    return bytes
  }

/** Marks every packet of a transport stream but those of its tables as scrambled. */
export function scramble(bytes: Buffer): Buffer {
  for (let at = 0; at < bytes.length; at += 188) {
    const id = bytes.readUInt16BE(at + 1) & 0x1fff
    if (id >= 0x100 && id !== 0x1000) bytes[at + 3]! |= 0x80
  }
  return bytes
}

/** Marks every second sector of a disc that has picture or sound as scrambled. */
export function scrambleDisc(bytes: Buffer): Buffer {
  let count = 0
  for (let at = 0; at + 21 <= bytes.length; at += 2048) {
    const stream = bytes[at + 17] ?? 0
    if (stream >= 0xbd && stream !== 0xbf && count++ % 2 === 1) bytes[at + 20]! |= 0x30
  }
  return bytes
}

/**
 * Several files in one: of IVF the frames, behind one header of 32 bytes, with 12 in front of each;
 * transport streams are made for being put one behind the other.
 */
export function joinClips(files: readonly Buffer[]): Buffer {
  if (!files[0]!.toString('latin1').startsWith('DKIF')) return Buffer.concat(files)
  const parts: Buffer[] = [Buffer.from(files[0]!.subarray(0, 32))]
  let frames = 0
  for (const file of files) {
    for (let at = 32; at < file.length; ) {
      const end = at + 12 + file.readUInt32LE(at)
      const frame = Buffer.from(file.subarray(at, end))
      frame.writeBigUInt64LE(BigInt(frames++), 4)
      parts.push(frame)
      at = end
    }
  }
  parts[0]!.writeUInt32LE(frames, 24)
  return Buffer.concat(parts)
}
