import { bitmap, type Paint } from '../lib/bitmap.ts'
import type { Inspection } from './media.ts'

/** Painted small and enlarged: a gradient loses nothing, and the server is held up for 2 ms only. */
const WIDTH = 90
const SCALE = 8

/** A drawn cover in the shape of the video, as JPEG: dusk above, ember below, and a play mark. */
export function placeholder({ width, height }: Pick<Inspection, 'width' | 'height'>) {
  const rows = Math.round(Math.min(4, Math.max(0.25, height / width)) * WIDTH)
  return new Bun.Image(bitmap(WIDTH, rows, paint))
    .resize(WIDTH * SCALE, rows * SCALE, { filter: 'cubic' })
    .jpeg({ quality: 82 })
    .bytes()
}

const TOP = [112, 63, 58]
const BOTTOM = [92, 98, 214]
const MARK = [232, 244, 255]

/** The gradient, and over it in the middle a triangle that points right. */
const paint: Paint = (row, y, width, height) => {
  const colour = TOP.map((from, i) => from + (BOTTOM[i]! - from) * (y / height))
  const side = Math.min(width, height) / 3
  const left = Math.round(width / 2 - side * 0.4)
  const length = (0.5 - Math.abs(y + 0.5 - height / 2) / side) * 1.8 * side
  for (let x = 0; x < width; x++) {
    // The share of this pixel that the mark covers, which makes its slopes smooth.
    const share = x < left ? 0 : Math.min(1, Math.max(0, left + length - x))
    for (let i = 0; i < 3; i++) row[x * 3 + i] = colour[i]! + (MARK[i]! - colour[i]!) * share
  }
}
