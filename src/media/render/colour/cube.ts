import { hlgPeak, hlgToScene, pqPeak, pqToNits, rollOff } from './curves.ts'

/** The transfer curves of a high dynamic range. */
export type HdrCurve = 'hlg' | 'pq'

type Colour = readonly [red: number, green: number, blue: number]

/** Nits of what is white on an ordinary screen: where BT.2100 has its white. ITU-R BT.2408, 2.1. */
const whiteNits = 203

/** Points along each side; between them ffmpeg interpolates. 65 take eight times as long to read. */
const points = 33

const made: Partial<Record<HdrCurve, string>> = {}

/**
 * The table that maps R'G'B' of ITU-R BT.2100 to R'G'B' of BT.709, for ffmpeg's `lut3d`: 1 MB in the
 * format `.cube`, red fastest. Computed once, in 60 ms.
 */
export function cubeOf(curve: HdrCurve): string {
  made[curve] ??= compute(curve)
  return made[curve]
}

function compute(curve: HdrCurve): string {
  const lines = [`LUT_3D_SIZE ${points}`]
  const at = (index: number) => index / (points - 1)
  for (let blue = 0; blue < points; blue++) {
    for (let green = 0; green < points; green++) {
      for (let red = 0; red < points; red++) {
        const mapped = toBt709([at(red), at(green), at(blue)], curve)
        lines.push(mapped.map((value) => value.toFixed(5)).join(' '))
      }
    }
  }
  return `${lines.join('\n')}\n`
}

/**
 * One colour of the table. The light that a display of that standard shows is taken to the primaries
 * of BT.709; what lies outside of them loses saturation, at the same luminance, and what is too bright
 * loses brightness, at the same hue and saturation.
 */
function toBt709(signal: Colour, curve: HdrCurve): Colour {
  const [light, peak] = curve === 'hlg' ? [hlgNits(signal), hlgPeak] : [pqNits(signal), pqPeak]
  const [red, green, blue] = intoGamut(to709Primaries(light))
  const brightest = Math.max(red, green, blue)
  const scale = brightest > 0 ? rollOff(brightest, peak, whiteNits) / brightest / whiteNits : 0
  // The inverse of the EOTF of ITU-R BT.1886.
  const encode = (nits: number) => Math.min(1, Math.max(0, nits * scale) ** (1 / 2.4))
  return [encode(red), encode(green), encode(blue)]
}

const pqNits = ([red, green, blue]: Colour): Colour => [
  pqToNits(red),
  pqToNits(green),
  pqToNits(blue),
]

/** With the OOTF of ITU-R BT.2100, table 5: a scene's light as that of a display with 1000 nits. */
function hlgNits(signal: Colour): Colour {
  const [red, green, blue] = [hlgToScene(signal[0]), hlgToScene(signal[1]), hlgToScene(signal[2])]
  const luminance = 0.2627 * red + 0.678 * green + 0.0593 * blue
  const gain = hlgPeak * luminance ** 0.2
  return [red * gain, green * gain, blue * gain]
}

/** From the primaries of BT.2020 to those of BT.709, in linear light. ITU-R BT.2087, 4. */
const to709Primaries = ([red, green, blue]: Colour): Colour => [
  1.6605 * red - 0.5876 * green - 0.0728 * blue,
  -0.1246 * red + 1.1329 * green - 0.0083 * blue,
  -0.0182 * red - 0.1006 * green + 1.1187 * blue,
]

/** Mixed with as much grey of the same luminance as it takes until no part is negative. */
function intoGamut(colour: Colour): Colour {
  const lowest = Math.min(...colour)
  if (lowest >= 0) return colour
  const [red, green, blue] = colour
  const luminance = Math.max(0, 0.2126 * red + 0.7152 * green + 0.0722 * blue)
  const share = luminance / (luminance - lowest)
  const mix = (value: number) => Math.max(0, luminance + (value - luminance) * share)
  return [mix(red), mix(green), mix(blue)]
}
