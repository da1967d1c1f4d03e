/** Nits of the display for which HLG is mastered; there its gamma is 1.2. ITU-R BT.2100, table 5. */
export const hlgPeak = 1000

/** Nits at the top of the PQ curve. */
export const pqPeak = 10_000

/**
 * A value of an HLG signal (0 to 1) as linear light of the scene (0 to 1). ITU-R BT.2100, table 5,
 * the inverse OETF.
 */
export function hlgToScene(signal: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073]
  return signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12
}

const m1 = 2610 / 16_384
const m2 = (2523 / 4096) * 128
const c1 = 3424 / 4096
const c2 = (2413 / 4096) * 32
const c3 = (2392 / 4096) * 32

/** A value of a PQ signal (0 to 1) as nits. ITU-R BT.2100, table 4, the EOTF. */
export function pqToNits(signal: number): number {
  const root = signal ** (1 / m2)
  return pqPeak * (Math.max(0, root - c1) / (c2 - c3 * root)) ** (1 / m1)
}

/** Nits as a value of a PQ signal; the inverse of `pqToNits`. */
function nitsToPq(nits: number): number {
  const power = (nits / pqPeak) ** m1
  return ((c1 + c2 * power) / (1 + c3 * power)) ** m2
}

/**
 * Maps nits of a display with one peak to nits of one with a lower peak: the same up to a knee, then
 * rolled off, so that nothing below the first peak is clipped. ITU-R BT.2390, 5.4.1, with a black of
 * 0 on both.
 */
export function rollOff(nits: number, fromPeak: number, toPeak: number): number {
  const top = nitsToPq(fromPeak)
  const goal = nitsToPq(toPeak) / top
  const knee = 1.5 * goal - 0.5
  const value = Math.min(1, nitsToPq(nits) / top)
  if (value < knee) return nits
  const t = (value - knee) / (1 - knee)
  const curved =
    (2 * t ** 3 - 3 * t ** 2 + 1) * knee +
    (t ** 3 - 2 * t ** 2 + t) * (1 - knee) +
    (-2 * t ** 3 + 3 * t ** 2) * goal
  return pqToNits(curved * top)
}
