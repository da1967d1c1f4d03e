type Labels = Readonly<Record<string, string | number>>

/** A histogram of durations or sizes. */
export type Histogram = ReturnType<typeof createHistogram>

/** An empty histogram, by ascending bounds. */
export const createHistogram = (bounds: readonly number[]) => ({
  bounds,
  /** One more than bounds: the last counts what is beyond them all. */
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

/**
 * One metric in Prometheus' text format, version 0.0.4, with a sample or a histogram for each set of
 * labels.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function formatMetric(
  name: string,
  kind: 'counter' | 'gauge' | 'histogram',
  help: string,
  samples: readonly (readonly [Labels, number | Histogram])[],
): string {
  const lines = samples.flatMap(([labels, value]) =>
    typeof value === 'number' ? line(name, labels, value) : histogramLines(name, labels, value),
  )
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n')
}

function histogramLines(name: string, labels: Labels, { bounds, counts, sum }: Histogram) {
  let below = 0
  const buckets = Array.from(counts, (count, at) => {
    below += count
    return line(`${name}_bucket`, { ...labels, le: bounds[at] ?? '+Inf' }, below)
  })
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, below)]
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${quotable(`${text}`)}"`)
  return pairs.length === 0 ? `${name} ${value}` : `${name}{${pairs.join(',')}} ${value}`
}

const quotable = (text: string) => text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))
