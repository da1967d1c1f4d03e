import { bitmap } from '../../lib/bitmap.ts'

/** The mark: a play button of two colours, one a little beside the other. */
export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="15" fill="#0e0e14"/><g stroke-width="9" stroke-linejoin="round"><path d="M23 21v22l19-11z" fill="#22d3ee" stroke="#22d3ee"/><path d="M26 21v22l19-11z" fill="#ff3b6b" stroke="#ff3b6b" opacity=".92"/></g></svg>`

const mark = [
  { x: 23, color: [34, 211, 238] },
  { x: 26, color: [255, 59, 107] },
] as const
const ground = [14, 14, 20] as const
/** Points in each direction that one pixel is the mean of. */
const samples = 3

/** The mark as PNG, for where no SVG is taken; square, since systems round it themselves. */
export function iconPng(pixels: number): Promise<Uint8Array> {
  const paint = (row: Uint8Array, y: number, columns: number) => {
    for (let x = 0; x < columns; x++) {
      const sum = [0, 0, 0]
      for (let at = 0; at < samples ** 2; at++) {
        const [dx, dy] = [(at % samples) + 0.5, Math.floor(at / samples) + 0.5]
        const scale = 64 / pixels
        const color = colorAt((x + dx / samples) * scale, (y + dy / samples) * scale)
        for (let channel = 0; channel < 3; channel++)
          sum[channel] = (sum[channel] ?? 0) + (color[channel] ?? 0)
      }
      for (let channel = 0; channel < 3; channel++)
        row[x * 3 + 2 - channel] = Math.round((sum[channel] ?? 0) / samples ** 2)
    }
  }
  return new Bun.Image(bitmap(pixels, pixels, paint)).png().bytes()
}

/** Pixels of the side of the icon for whoever asks for no other. */
const smallSide = 32

/** The mark as an ICO file with one PNG in it. */
export async function iconIco(): Promise<Uint8Array<ArrayBuffer>> {
  const png = await iconPng(smallSide)
  const header = Buffer.from([0, 0, 1, 0, 1, 0, smallSide, smallSide, 0, 0, 1, 0, 32, 0])
  const place = Buffer.alloc(8)
  place.writeUInt32LE(png.length, 0)
  place.writeUInt32LE(header.length + place.length, 4)
  return new Uint8Array(Buffer.concat([header, place, png]))
}

function colorAt(x: number, y: number): readonly [number, number, number] {
  const hit = mark.findLast((one) => distance(x, y, one.x) <= 4.5)
  return hit ? hit.color : ground
}

/** From a point to the triangle whose left side is at `left`; 0 inside. */
function distance(x: number, y: number, left: number): number {
  const corners = [
    [left, 21],
    [left, 43],
    [left + 19, 32],
  ] as const
  let inside = true
  let nearest = Number.POSITIVE_INFINITY
  for (const [at, [ax, ay]] of corners.entries()) {
    const [bx, by] = corners[(at + 1) % 3] ?? corners[0]
    const [ex, ey, px, py] = [bx - ax, by - ay, x - ax, y - ay]
    if (ex * py - ey * px > 0) inside = false
    const along = Math.min(1, Math.max(0, (px * ex + py * ey) / (ex * ex + ey * ey)))
    nearest = Math.min(nearest, Math.hypot(px - ex * along, py - ey * along))
  }
  return inside ? 0 : nearest
}
