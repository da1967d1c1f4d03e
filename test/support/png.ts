import { crc32, deflateSync } from 'node:zlib'

/** A part of a PNG. */
export const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, sum])
}

/** A grey PNG, with more chunks before its pixels. */
export function png(
  width: number,
  height: number,
  more: readonly Buffer[] = [],
  rows = height,
): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const start = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  const pixels = deflateSync(Buffer.alloc((width + 1) * rows))
  return Buffer.concat([
    ...[start, pngChunk('IHDR', head), ...more],
    ...[pngChunk('IDAT', pixels), pngChunk('IEND', Buffer.alloc(0))],
  ])
}
