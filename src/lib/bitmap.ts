/** Fills one row of a picture: three bytes a pixel, blue, green, red. Row 0 is the topmost. */
export type Paint = (row: Uint8Array, y: number, width: number, height: number) => void

/**
 * Draws an uncompressed BMP of 24 bits a pixel, for `Bun.Image` to make something smaller of:
 * BITMAPFILEHEADER and BITMAPINFOHEADER, then the rows from the bottom.
 */
export function bitmap(width: number, height: number, paint: Paint): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4
  const file = Buffer.alloc(54 + stride * height)
  file.write('BM', 'latin1')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(54, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(height, 22)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(24, 28)
  for (let y = 0; y < height; y++) {
    const at = 54 + (height - 1 - y) * stride
    paint(file.subarray(at, at + stride), y, width, height)
  }
  return file
}
