import type { Finding } from '../../checks.ts'

/** Gathers findings; of each kind a few examples are kept, however many there are. */
export interface Findings {
  add(what: string, example: string, rows?: number): void
  list(): readonly Finding[]
}

/** Examples of each kind. */
export const maxExamples = 5

/** Starts with none. */
export function createFindings(): Findings {
  const found = new Map<string, { rows: number; examples: string[] }>()
  return {
    add(what, example, rows = 1) {
      const entry = found.get(what) ?? { rows: 0, examples: [] }
      found.set(what, entry)
      entry.rows += rows
      if (entry.examples.length < maxExamples) entry.examples.push(example)
    },
    list: () => [...found].map(([what, entry]) => ({ what, ...entry })),
  }
}
