import type { Inspection } from './media.ts'

/** A quarter of a cover's width: a gradient is as smooth from few pixels. */
const WIDTH = 180

/** A drawn cover in the shape of the video, as JPEG: dusk above, ember below, and a play mark. */
export function placeholder({ width, height }: Pick<Inspection, 'width' | 'height'>) {
  const rows = Math.round(Math.min(4, Math.max(0.25, height / width)) * WIDTH)
  return new Bun.Image(bitmap(WIDTH, rows, paint(WIDTH, rows)))
    .resize(WIDTH * 4, rows * 4, { filter: 'bilinear' })
    .jpeg({ quality: 82 })
    .bytes()
}

type Colour = readonly [red: number, green: number, blue: number]

const TOP: Colour = [58, 63, 112]
const BOTTOM: Colour = [214, 98, 92]
const MARK: Colour = [255, 244, 232]

/** The colour at a pixel: a triangle that points right, in the middle, over the gradient. */
const paint =
  (width: number, height: number) =>
  (x: number, y: number): Colour => {
    const side = Math.min(width, height) / 3
    const across = (x - width / 2) / side + 0.4
    const down = Math.abs(y - height / 2) / side
    if (across >= 0 && across <= 0.9 && down <= 0.5 - across / 1.8) return MARK
    const share = y / height
    return TOP.map((from, i) => from + (BOTTOM[i]! - from) * share) as unknown as Colour
  }

/** An uncompressed BMP of 24 bits: BITMAPFILEHEADER and BITMAPINFOHEADER, rows from the bottom. */
function bitmap(width: number, height: number, colour: (x: number, y: number) => Colour): Buffer {
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
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = colour(x, y)
      file.set([blue, green, red], 54 + (height - 1 - y) * stride + x * 3)
    }
  }
  return file
}
