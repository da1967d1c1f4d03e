/** A histogram of durations or sizes, by ascending bounds. */
export interface Histogram {
  readonly bounds: readonly number[]
  /** One more than bounds: the last counts what is beyond them all. */
  readonly counts: Float64Array
  sum: number
}

/** An empty histogram. */
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
