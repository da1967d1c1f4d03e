import type { Picture, Plane } from './dav1d.ts'

/** Pixels, and the value of black: 16, or 0 where all values are used. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly black: number
}

/** Bytes of a frame: three planes one after the other, those of colour half as wide and high. */
export const frameBytes = ({ width, height }: Pick<Frame, 'width' | 'height'>): number =>
  width * height + 2 * half(width) * half(height)

/**
 * Writes a picture into the bytes of a frame. One of another size is scaled to fit, and centred: who
 * turns a phone or shares another window changes the size of the pictures.
 */
export function fit(picture: Picture, frame: Frame, into: Uint8Array): void {
  const same = picture.width === frame.width && picture.height === frame.height
  const [wider, higher] = [frame.width / picture.width, frame.height / picture.height]
  const factor = Math.min(wider, higher)
  // Encoders that work in blocks leave some rows at the edge.
  const isAlike = Math.abs(wider / higher - 1) < 0.02
  const even = (length: number, most: number) =>
    isAlike ? most : Math.min(most, Math.max(2, 2 * Math.round(length * factor * 0.5)))
  const width = even(picture.width, frame.width)
  const height = even(picture.height, frame.height)
  // Even, so that the planes of colour begin at the same place.
  const left = Math.floor((frame.width - width) / 4) * 2
  const top = Math.floor((frame.height - height) / 4) * 2
  if (!same) fillBlack(frame, into)
  let at = 0
  for (const [i, plane] of picture.planes.entries()) {
    const part = i === 0 ? (length: number) => length : half
    const stride = part(frame.width)
    const to = into.subarray(at + part(top) * stride + part(left))
    const from = { width: part(picture.width), height: part(picture.height) }
    const size = { width: part(width), height: part(height), stride }
    if (same) copy(plane, size, to)
    else scale(plane, from, size, to)
    at += stride * part(frame.height)
  }
}

const half = (length: number): number => (length + 1) >> 1

function fillBlack({ width, height, black }: Frame, into: Uint8Array): void {
  into.fill(black, 0, width * height)
  into.fill(128, width * height)
}

interface Size {
  readonly width: number
  readonly height: number
}

function copy(plane: Plane, { width, height, stride }: Size & { stride: number }, to: Uint8Array) {
  for (let y = 0; y < height; y++) {
    const from = y * plane.stride
    to.set(plane.bytes.subarray(from, from + width), y * stride)
  }
}

/** Between the four nearest samples, as far as they are near. */
function scale(
  { bytes, stride: fromStride }: Plane,
  from: Size,
  { width, height, stride }: Size & { stride: number },
  to: Uint8Array,
): void {
  const columns = Array.from({ length: width }, (_, x) => between(x, width, from.width))
  for (let y = 0; y < height; y++) {
    const row = between(y, height, from.height)
    const [above, below] = [row.first * fromStride, row.second * fromStride]
    for (const [x, { first, second, share }] of columns.entries()) {
      const upper = mix(bytes[above + first], bytes[above + second], share)
      const lower = mix(bytes[below + first], bytes[below + second], share)
      to[y * stride + x] = Math.round(mix(upper, lower, row.share))
    }
  }
}

const mix = (a = 0, b = 0, share: number): number => a + (b - a) * share

/** The samples left and right of the place that one of `length` shows of `of`, and the share of the second. */
function between(at: number, length: number, of: number) {
  const place = Math.min(of - 1, Math.max(0, ((at + 0.5) * of) / length - 0.5))
  const first = Math.floor(place)
  return { first, second: Math.min(of - 1, first + 1), share: place - first }
}
