import type { Histogram } from './histogram.ts'

type Labels = Readonly<Record<string, string | number>>
type Kind = 'counter' | 'gauge'

/**
 * Prometheus' text format, version 0.0.4.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export interface Text {
  add(name: string, kind: Kind, help: string, samples: readonly (readonly [Labels, number])[]): void
  addHistogram(name: string, help: string, series: readonly (readonly [Labels, Histogram])[]): void
  toString(): string
}

/** An empty text. */
export function createText(): Text {
  const lines: string[] = []
  const head = (name: string, kind: string, help: string) =>
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`)
  const sample = (name: string, labels: Labels, value: number) =>
    lines.push(`${name}${labelled(labels)} ${value}`)
  return {
    add(name, kind, help, samples) {
      head(name, kind, help)
      for (const [labels, value] of samples) sample(name, labels, value)
    },
    addHistogram(name, help, series) {
      head(name, 'histogram', help)
      for (const [labels, { bounds, counts, sum }] of series) {
        let below = 0
        for (const [at, count] of counts.entries()) {
          below += count
          sample(`${name}_bucket`, { ...labels, le: bounds[at] ?? '+Inf' }, below)
        }
        sample(`${name}_sum`, labels, sum)
        sample(`${name}_count`, labels, below)
      }
    },
    toString: () => `${lines.join('\n')}\n`,
  }
}

function labelled(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${quotable(String(value))}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const quotable = (text: string) => text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))
