/**
 * What an ordinary screen shows of a colour of ITU-R BT.2100, by the standards and another way than
 * the code under test: by tables of the standards' curves that are searched, and in XYZ.
 */
export type Curve = 'hlg' | 'pq'

type Triple = readonly [number, number, number]

/** R'G'B' of BT.2100, 0 to 1. */
export const patches: Record<string, Triple> = {
  black: [0, 0, 0],
  shadow: [0.2, 0.2, 0.2],
  grey: [0.38, 0.38, 0.38],
  paper: [0.58, 0.58, 0.58],
  white: [0.75, 0.75, 0.75],
  lamp: [0.9, 0.9, 0.9],
  skin: [0.55, 0.45, 0.4],
  sky: [0.45, 0.55, 0.72],
  grass: [0.35, 0.5, 0.25],
  orange: [0.75, 0.55, 0.35],
  sunset: [0.9, 0.7, 0.4],
  violet: [0.5, 0.3, 0.6],
}

// BT.2100, table 4: the EOTF of PQ, with its constants as decimals.
const pqNits = (v: number): number => {
  const p = v ** (1 / 78.84375)
  return 10_000 * (Math.max(p - 0.8359375, 0) / (18.8515625 - 18.6875 * p)) ** (1 / 0.1593017578125)
}

/** The inverse of a rising function on 0 to 1, by halving. */
const inverse = (rising: (x: number) => number, y: number): number => {
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (rising(middle) < y) low = middle
    else high = middle
  }
  return high
}

// BT.2100, table 5: the OETF of HLG, from the light of a scene to the signal.
const hlgSignal = (e: number): number =>
  e <= 1 / 12 ? Math.sqrt(3 * e) : 0.17883277 * Math.log(12 * e - 0.28466892) + 0.55991073

/** BT.2390-11, 5.4.1, steps 1 to 5, from a peak to the 203 nits of BT.2408's reference white. */
function eetf(nits: number, peak: number): number {
  const signal = (light: number) => inverse(pqNits, light)
  const e1 = Math.min(1, signal(nits) / signal(peak))
  const maxLum = signal(203) / signal(peak)
  const ks = 1.5 * maxLum - 0.5
  const t = (e1 - ks) / (1 - ks)
  // The Hermite spline between (ks, ks) with slope 1 and (1, maxLum) with slope 0, as a Bezier curve.
  const [p0, p1, p2] = [ks, ks + (1 - ks) / 3, maxLum]
  const spline =
    (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t ** 2 * p2 + t ** 3 * p2
  return pqNits((e1 < ks ? e1 : spline) * signal(peak))
}

// BT.2020 to XYZ and XYZ to BT.709, white D65: from the chromaticities in those standards.
const times = (m: readonly Triple[], v: Triple): Triple =>
  m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Triple
const toXyz = [
  [0.636958, 0.144617, 0.168881],
  [0.2627, 0.677998, 0.059302],
  [0, 0.028073, 1.060985],
] as const
const fromXyz = [
  [3.24097, -1.537383, -0.498611],
  [-0.969244, 1.875968, 0.041555],
  [0.05563, -0.203977, 1.056972],
] as const

/** 0 to 255 for each of R'G'B' of BT.709, shown by BT.1886. */
export function sdrOf(colour: Triple, curve: Curve): Triple {
  const peak = curve === 'hlg' ? 1000 : 10_000
  let light: Triple
  if (curve === 'pq') light = colour.map(pqNits) as unknown as Triple
  else {
    const scene = colour.map((v) => inverse(hlgSignal, v)) as unknown as Triple
    // The OOTF: a system gamma of 1.2 on the luminance.
    const [, y] = times(toXyz, scene)
    light = scene.map((v) => peak * y ** 0.2 * v) as unknown as Triple
  }
  const xyz = times(toXyz, light)
  const inside = times(fromXyz, xyz)
  // The nearest colour inside, on the line to the grey of the same luminance.
  let share = 0
  while (Math.min(...inside.map((v) => v + (xyz[1] - v) * share)) < -1e-4 * peak && share < 1) {
    share += 0.0005
  }
  const kept = inside.map((v) => Math.max(0, v + (xyz[1] - v) * share))
  const top = Math.max(...kept, 1e-9)
  const factor = eetf(top, peak) / top / 203
  return kept.map((v) => 255 * Math.min(1, v * factor) ** (1 / 2.4)) as unknown as Triple
}

/** Of a grey. */
export const rampOf = (signal: number, curve: Curve): number =>
  sdrOf([signal, signal, signal], curve)[1]
