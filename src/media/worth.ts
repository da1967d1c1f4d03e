/** The mean brightness, of 255, from which on a picture isn't dim. */
const BRIGHT = 80
/** How many rows and columns are looked at. */
const GRID = 64

/**
 * How much a picture shows: the standard deviation of its brightness (0 to 128), less if it is dim.
 * In a fade both grow with every frame; a title on black and a flash of white score low. 0 if it
 * isn't a BMP of 24 bits, which is what ffmpeg writes.
 */
export function worth(bmp: Uint8Array): number {
  const bytes = new DataView(bmp.buffer, bmp.byteOffset, bmp.byteLength)
  if (bmp.length < 54 || bytes.getUint16(28, true) !== 24) return 0
  const start = bytes.getUint32(10, true)
  const width = bytes.getInt32(18, true)
  const height = Math.abs(bytes.getInt32(22, true))
  // Rows are padded to four bytes.
  const row = Math.ceil((width * 3) / 4) * 4
  if (!(width > 0 && height > 0) || start + row * height > bmp.length) return 0
  let [sum, squares] = [0, 0]
  for (let line = 0; line < GRID; line++) {
    for (let column = 0; column < GRID; column++) {
      const y = Math.floor(((line + 0.5) * height) / GRID)
      const x = Math.floor(((column + 0.5) * width) / GRID)
      const at = start + y * row + x * 3
      // ITU-R BT.709, 3.2; blue comes first.
      const light = bmp[at]! * 0.0722 + bmp[at + 1]! * 0.7152 + bmp[at + 2]! * 0.2126
      sum += light
      squares += light * light
    }
  }
  const mean = sum / GRID ** 2
  const deviation = Math.sqrt(Math.max(0, squares / GRID ** 2 - mean ** 2))
  return deviation * Math.min(1, mean / BRIGHT)
}
