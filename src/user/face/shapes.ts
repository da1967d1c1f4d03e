/** What a shape covers, from -1 to 1 both ways, y downwards. */
export interface Shape {
  /** Nothing is covered outside of it: left, top, right, bottom. */
  readonly box: readonly [number, number, number, number]
  /** Returns the part of the pixel at x, y that is covered, 0 to 1. */
  readonly cover: (x: number, y: number) => number
}

/** Within 0 and 1. */
export const clamp = (value: number): number => Math.min(1, Math.max(0, value))

/** Boxes of what may cover all, and of what covers nothing. */
export const everywhere = [-1, -1, 1, 1] as const
export const nowhere = [0, 0, 0, 0] as const

/** What any of them covers. */
export const any = (...shapes: readonly Shape[]): Shape => ({
  box: [
    Math.min(...shapes.map(({ box }) => box[0])),
    Math.min(...shapes.map(({ box }) => box[1])),
    Math.max(...shapes.map(({ box }) => box[2])),
    Math.max(...shapes.map(({ box }) => box[3])),
  ],
  cover: (x, y) => {
    let most = 0
    for (const { cover } of shapes) most = Math.max(most, cover(x, y))
    return most
  },
})

/** What both of them cover. */
export const both = (one: Shape, other: Shape): Shape => ({
  box: [
    Math.max(one.box[0], other.box[0]),
    Math.max(one.box[1], other.box[1]),
    Math.min(one.box[2], other.box[2]),
    Math.min(one.box[3], other.box[3]),
  ],
  cover: (x, y) => Math.min(one.cover(x, y), other.cover(x, y)),
})

/** What a shape leaves. */
export const not = (shape: Shape): Shape => ({
  box: everywhere,
  cover: (x, y) => 1 - shape.cover(x, y),
})

/**
 * An ellipse around a point, with its two radii.
 * @param softness the width of its edge
 */
export function disc(
  [cx, cy]: readonly [number, number],
  [rx, ry]: readonly [number, number],
  softness: number,
): Shape {
  const scale = Math.min(rx, ry) / softness
  return {
    box: [cx - rx, cy - ry, cx + rx, cy + ry],
    cover: (x, y) => clamp((1 - distance((x - cx) / rx, (y - cy) / ry)) * scale + 0.5),
  }
}

/** A circle of a line that reaches `half` to both sides. */
export function ring(
  cx: number,
  cy: number,
  radius: number,
  half: number,
  softness: number,
): Shape {
  const reach = radius + half
  return {
    box: [cx - reach, cy - reach, cx + reach, cy + reach],
    cover: (x, y) => clamp((half - Math.abs(distance(x - cx, y - cy) - radius)) / softness + 0.5),
  }
}

/** `Math.hypot` takes three times as long. */
const distance = (x: number, y: number): number => Math.sqrt(x * x + y * y)
