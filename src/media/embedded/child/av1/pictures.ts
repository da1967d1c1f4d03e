import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Decoding } from '../../../ffmpeg.ts'
import { openDav1d } from './dav1d.ts'
import { fit, frameBytes } from './fit.ts'

/** IVF: a header of 32 bytes; in front of each frame 12, its length and its time. */
const headerBytes = 32
const frameHeaderBytes = 12

/** A file that is made as it is read, from its beginning to its end. */
export interface Made {
  /** As `fs.readSync`. */
  read(into: Int8Array, at: number, length: number): number
  close(): void
}

/**
 * Opens a file of AV1 packets as one of the decoded pictures: both are IVF, and each picture has the
 * time of its packet. A packet that shows nothing is left out, as are those from before the start,
 * which others need.
 * @param say gets what is wrong with the packets
 * @throws Error, if the file can't be read, or decoded by this decoder
 */
export function openPictures(path: string, how: Decoding, say: (line: string) => void): Made {
  const { width, height, black, config, maxBytes, most } = how
  const frame = Buffer.alloc(frameHeaderBytes + frameBytes({ width, height }))
  frame.writeUInt32LE(frame.length - frameHeaderBytes, 0)
  let isShown = false
  const decode = openDav1d({
    maxBytes,
    say,
    show(picture) {
      fit(picture, { width, height, black }, frame.subarray(frameHeaderBytes))
      isShown = true
    },
  })
  const fd = openSync(path, 'r')
  const { size } = fstatSync(fd)
  const head = Buffer.alloc(headerBytes)
  readSync(fd, head, 0, headerBytes, 0)
  head.write('I420', 8, 'latin1')
  head.writeUInt16LE(width, 12)
  head.writeUInt16LE(height, 14)

  const step = most === null ? 1 : Math.ceil(count(packetsIn(fd, size)) / most)
  const packets = packetsIn(fd, size, step)
  let rest: Uint8Array = head
  let hasBegun = false
  /** Whether there is another picture; it is then the rest. */
  const next = (): boolean => {
    // What a container keeps apart from the packets: the header of the sequence.
    if (!hasBegun && config) decode(Buffer.from(config, 'base64'))
    hasBegun = true
    // Not by `for … of`, which would end it.
    for (let item = packets.next(); !item.done; item = packets.next()) {
      const { time, at, length } = item.value
      const packet = Buffer.alloc(length)
      readSync(fd, packet, 0, length, at)
      isShown = false
      decode(packet)
      if (!isShown || time < 0n) continue
      frame.writeBigInt64LE(time, 4)
      rest = frame
      return true
    }
    return false
  }
  return {
    read(into, at, length) {
      if (rest.length === 0 && !next()) return 0
      const part = rest.subarray(0, length)
      // As bytes, since samples would be converted one by one.
      new Uint8Array(into.buffer, into.byteOffset + at, part.length).set(part)
      rest = rest.subarray(part.length)
      return part.length
    },
    close: () => closeSync(fd),
  }
}

/** Where each of the packets is, or each `step`th of them, and its time. */
function* packetsIn(fd: number, size: number, step = 1) {
  const header = Buffer.alloc(frameHeaderBytes)
  let number = 0
  for (let at = headerBytes; at + frameHeaderBytes <= size; ) {
    readSync(fd, header, 0, frameHeaderBytes, at)
    const length = header.readUInt32LE(0)
    at += frameHeaderBytes
    if (at + length > size) return
    if (length > 0 && number++ % step === 0) yield { time: header.readBigInt64LE(4), at, length }
    at += length
  }
}

function count(packets: Iterable<unknown>): number {
  let packetsSoFar = 0
  for (const _ of packets) packetsSoFar++
  return packetsSoFar
}
