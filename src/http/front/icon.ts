import { deflateSync } from 'node:zlib'

const side = 32

/** The icon of the service, an ICO file with one PNG in it: a white triangle on a black disc. */
export function icon(): Uint8Array<ArrayBuffer> {
  const png = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', [...uint32(side), ...uint32(side), 8, 4, 0, 0, 0]),
    chunk('IDAT', deflateSync(pixels())),
    chunk('IEND', []),
  ])
  const header = Buffer.from([0, 0, 1, 0, 1, 0, side, side, 0, 0, 1, 0, 32, 0])
  const place = Buffer.alloc(8)
  place.writeUInt32LE(png.length, 0)
  place.writeUInt32LE(header.length + place.length, 4)
  return Buffer.concat([header, place, png])
}

/** Rows of grey and alpha, each behind the number of its filter: none. */
function pixels(): Uint8Array {
  const rows = Array.from({ length: side }, (_, y) => [
    0,
    ...Array.from({ length: side }, (_, x) => pixel(x - side / 2 + 0.5, y - side / 2 + 0.5)).flat(),
  ])
  return Uint8Array.from(rows.flat())
}

/** A pixel by its distance from the middle. */
function pixel(x: number, y: number): [grey: number, alpha: number] {
  const inTriangle = x > -5 && x < 9 && Math.abs(y) < (9 - x) * 0.6
  const alpha = Math.min(1, Math.max(0, side / 2 - Math.hypot(x, y)))
  return [inTriangle ? 255 : 0, Math.round(255 * alpha)]
}

function chunk(type: string, data: ArrayLike<number>): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), Uint8Array.from(data)])
  return Buffer.concat([uint32(data.length), body, uint32(Bun.hash.crc32(body))])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
