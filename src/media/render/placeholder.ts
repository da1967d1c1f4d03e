import { bitmap, type Paint } from '../../lib/bitmap.ts'
import type { VideoInfo } from '../inspect/file-info.ts'

/** Painted small and enlarged: a gradient loses nothing, and it blocks the server for 2 ms only. */
const paintedWidth = 90
const enlargement = 8

/** A drawn cover in the shape of the video, as JPEG: a gradient and a play mark. */
export function placeholder(
  { width, height }: Pick<VideoInfo, 'width' | 'height'>,
  quality: number,
) {
  const rows = Math.round(Math.min(4, Math.max(0.25, height / width)) * paintedWidth)
  return new Bun.Image(bitmap(paintedWidth, rows, paint))
    .resize(paintedWidth * enlargement, rows * enlargement, { filter: 'cubic' })
    .jpeg({ quality })
    .bytes()
}

// Blue, green, red.
const topColour = [112, 63, 58] as const
const bottomColour = [92, 98, 214] as const
const markColour = [232, 244, 255] as const

/** The gradient, and over it in the middle a triangle that points right. */
const paint: Paint = (row, y, width, height) => {
  const side = Math.min(width, height) / 3
  const left = Math.round(width / 2 - side * 0.4)
  const length = (0.5 - Math.abs(y + 0.5 - height / 2) / side) * 1.8 * side
  for (const channel of [0, 1, 2] as const) {
    const top = topColour[channel]
    const colour = top + (bottomColour[channel] - top) * (y / height)
    for (let x = 0; x < width; x++) {
      // The share of this pixel that the mark covers, which makes its slopes smooth.
      const share = x < left ? 0 : Math.min(1, Math.max(0, left + length - x))
      row[x * 3 + channel] = colour + (markColour[channel] - colour) * share
    }
  }
}
