/** The mean brightness, of 255, from which on a picture isn't dim. */
const brightMean = 80

/** So many rows and columns are sampled. */
const gridSize = 64

/**
 * How much a picture shows: the standard deviation of its brightness (0 to 128), less if it is dim.
 * In a fade both grow with every frame; a title on black and a flash of white score low. 0 if it
 * isn't a BMP of 24 bits, which is what ffmpeg writes.
 */
export function frameScore(bmp: Uint8Array): number {
  const bytes = new DataView(bmp.buffer, bmp.byteOffset, bmp.byteLength)
  if (bmp.length < 54 || bytes.getUint16(28, true) !== 24) return 0
  const start = bytes.getUint32(10, true)
  const width = bytes.getInt32(18, true)
  const height = Math.abs(bytes.getInt32(22, true))
  // Rows are padded to four bytes.
  const stride = Math.ceil((width * 3) / 4) * 4
  if (!(width > 0 && height > 0) || start + stride * height > bmp.length) return 0
  let [sum, squares] = [0, 0]
  for (let row = 0; row < gridSize; row++) {
    for (let column = 0; column < gridSize; column++) {
      const y = Math.floor(((row + 0.5) * height) / gridSize)
      const x = Math.floor(((column + 0.5) * width) / gridSize)
      const at = start + y * stride + x * 3
      // ITU-R BT.709, 3.2; blue comes first.
      // biome-ignore lint/style/noNonNullAssertion: the loop ends before the last pixel
      const luma = bmp[at]! * 0.0722 + bmp[at + 1]! * 0.7152 + bmp[at + 2]! * 0.2126
      sum += luma
      squares += luma * luma
    }
  }
  const mean = sum / gridSize ** 2
  const deviation = Math.sqrt(Math.max(0, squares / gridSize ** 2 - mean ** 2))
  return deviation * Math.min(1, mean / brightMean)
}
