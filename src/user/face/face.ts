import {
  brown,
  type Colour,
  cloths,
  grounds,
  hairs,
  mix,
  naturalHairs,
  skins,
  white,
} from './colours.ts'
import { any, both, clamp, disc, everywhere, not, nowhere, ring, type Shape } from './shapes.ts'

type Layer = readonly [shape: Shape, colour: Colour]

/**
 * A made-up face, everybody's own, put together from the bytes of a hash: 3 bytes a pixel, blue, green,
 * red, `size` squared. Each layer is drawn within its box only: 2 ms for 256 pixels squared.
 * @param bytes 16 of them or more
 */
export function drawFace(bytes: Uint8Array, size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 3)
  const place = (at: number) => (2 * at + 1) / size - 1
  const [ground, corner] = pick(grounds, bytes[0])
  // One diagonal line after the other, so that each row is a part of it.
  const slope = new Uint8Array(size * 6)
  for (let at = 0; at < size * 2; at++) blend(slope, at * 3, corner, at / size / 2, ground)
  for (let y = 0; y < size; y++) pixels.set(slope.subarray(y * 3, (y + size) * 3), y * size * 3)
  const index = (at: number) => Math.max(0, Math.min(size, Math.round(((at + 1) / 2) * size)))
  for (const [{ box, cover }, colour] of layersOf(bytes, 2 / size)) {
    const [left, top, right, bottom] = box
    for (let y = index(top) - 1; y <= index(bottom); y++) {
      if (y < 0 || y >= size) continue
      for (let x = Math.max(0, index(left) - 1); x <= Math.min(size - 1, index(right)); x++) {
        const covered = cover(place(x), place(y))
        if (covered > 0) blend(pixels, (y * size + x) * 3, colour, covered)
      }
    }
  }
  return pixels
}

/** Lays a colour over what is there, or over `ground`. */
function blend(pixels: Uint8Array, at: number, over: Colour, share: number, ground?: Colour): void {
  for (let i = 0; i < 3; i++) {
    const below = ground?.[2 - i] ?? pixels[at + i] ?? 0
    pixels[at + i] = below + ((over[2 - i] ?? 0) - below) * share + 0.5
  }
}

function layersOf(bytes: Uint8Array, softness: number): Layer[] {
  const ellipse = (cx: number, cy: number, rx: number, ry: number) =>
    disc([cx, cy], [rx, ry], softness)
  const pair = (cx: number, cy: number, rx: number, ry: number) =>
    any(ellipse(-cx, cy, rx, ry), ellipse(cx, cy, rx, ry))
  /** What is above a line that slopes and arches. */
  const above = (level: number, slope: number, arch: number): Shape => ({
    box: everywhere,
    cover: (x, y) => clamp((level + slope * x + arch * x * x - y) / softness + 0.5),
  })

  const skin = pick(skins, bytes[1])
  const hair = pick(hairs, bytes[2])
  const beard = hairs.indexOf(hair) < naturalHairs ? hair : brown
  const cloth = pick(cloths, bytes[3])
  const shade = mix(skin, [120, 40, 30], 0.2)
  const blush = mix(skin, [255, 90, 90], 0.35)
  const ink: Colour = [44, 34, 40]
  const head = ellipse(0, 0.02, 0.47, 0.55)
  const crown = ellipse(0, -0.08, 0.53, 0.58)

  const styles: readonly (readonly [behind: Shape | null, front: Shape])[] = [
    [null, both(crown, above(-0.24, 0, 0.55))],
    [null, both(crown, above(-0.2, 0.4, 0.1))],
    [null, both(crown, above(-0.34, -0.25, 0.7))],
    [ellipse(0, 0.14, 0.64, 0.72), both(crown, above(-0.22, 0, 0))],
    [ellipse(0, 0.3, 0.6, 0.86), both(crown, above(-0.28, 0.3, 0.5))],
    [ellipse(0, -0.68, 0.22, 0.22), both(crown, above(-0.26, 0, 0.6))],
    [pair(0.6, -0.02, 0.2, 0.24), both(crown, above(-0.26, -0.2, 0.4))],
    [
      null,
      any(
        ...[-0.44, -0.24, 0, 0.24, 0.44].map((at) => ellipse(at, -0.5 + at * at * 0.9, 0.2, 0.2)),
      ),
    ],
    [null, { box: nowhere, cover: () => 0 }],
  ]
  const [behind, front] = pick(styles, bytes[4])

  const smile = ring(0, 0.16, 0.17, 0.028, softness)
  const mouths: readonly Layer[][] = [
    [[both(smile, not(above(0.22, 0, 0))), ink]],
    [[both(ellipse(0, 0.24, 0.17, 0.14), not(above(0.25, 0, 0))), [150, 40, 50]]],
    [[both(ring(0.03, 0.18, 0.13, 0.028, softness), not(above(0.25, 0.25, 0))), ink]],
    [[ellipse(0, 0.3, 0.07, 0.075), [150, 40, 50]]],
  ]
  const eyes: readonly Layer[][] = [
    [
      [pair(0.19, 0, 0.055, 0.07), ink],
      [any(ellipse(-0.17, -0.025, 0.018, 0.018), ellipse(0.21, -0.025, 0.018, 0.018)), white],
    ],
    [
      [
        both(
          any(ring(-0.19, 0.04, 0.08, 0.028, softness), ring(0.19, 0.04, 0.08, 0.028, softness)),
          above(0.02, 0, 0),
        ),
        ink,
      ],
    ],
    [
      [pair(0.19, 0, 0.09, 0.075), white],
      [pair(0.19, 0.005, 0.045, 0.055), ink],
    ],
  ]
  const layers: Layer[] = []
  if (behind) layers.push([behind, mix(hair, [0, 0, 0], 0.12)])
  layers.push(
    [ellipse(0, 1.28, 0.86, 0.62), cloth],
    [ellipse(0, 0.66, 0.17, 0.26), shade],
    [pair(0.47, 0.05, 0.09, 0.12), skin],
    [head, skin],
    [pair(0.29, 0.17, 0.1, 0.07), blush],
    ...pick(eyes, bytes[5]),
    [ellipse(0, 0.12, 0.04, 0.035), shade],
    ...pick(mouths, bytes[6]),
  )
  if (!behind && chance(bytes[7], 0.2))
    layers.push([
      both(head, both(not(above(0.28, 0, -0.8)), not(ellipse(0, 0.24, 0.2, 0.12)))),
      beard,
    ])
  layers.push([front, hair])
  if (chance(bytes[8], 0.26))
    layers.push([
      any(
        ring(-0.19, 0.01, 0.145, 0.024, softness),
        ring(0.19, 0.01, 0.145, 0.024, softness),
        both(ellipse(0, 0, 0.06, 0.018), not(ellipse(0, 0.05, 0.04, 0.03))),
      ),
      ink,
    ])
  if (chance(bytes[9], 0.16))
    layers.push(
      [both(ellipse(0, -0.2, 0.56, 0.54), above(-0.3, 0, 0.12)), cloth],
      [both(ellipse(0.2, -0.29, 0.56, 0.07), above(-0.2, 0, 0)), mix(cloth, [0, 0, 0], 0.2)],
    )
  return layers
}

function pick<T>(list: readonly T[], byte = 0): T {
  const chosen = list[byte % list.length]
  if (chosen === undefined) throw new Error('nothing to pick from')
  return chosen
}

const chance = (byte = 0, share: number): boolean => byte / 256 < share
