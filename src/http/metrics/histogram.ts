/** How often something took how long, or was how large, by ascending bounds. */
export interface Histogram {
  readonly bounds: readonly number[]
  /** One more than bounds: the last is of what was beyond them all. */
  readonly counts: Float64Array
  sum: number
}

/** Counts nothing yet. */
export const createHistogram = (bounds: readonly number[]): Histogram => ({
  bounds,
  counts: new Float64Array(bounds.length + 1),
  sum: 0,
})

/** Counts one value. */
export function observe(histogram: Histogram, value: number): void {
  const { bounds, counts } = histogram
  let at = 0
  while (at < bounds.length && value > (bounds[at] as number)) at++
  counts[at] = (counts[at] as number) + 1
  histogram.sum += value
}
