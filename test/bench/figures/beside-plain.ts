import type { Case } from '../cases/cases.ts'
import type { Comparison, Sample } from '../cases/compare.ts'
import { type Figure, fine, whole } from '../report/report.ts'

/** The server, HTTP included, beside what SQLite allows; no server reaches that, see `README.md`. */
export const besideLoop = (
  one: Case,
  ours: Sample,
  { rate, cpu, batch, ratio, cpuRatio }: NonNullable<Comparison['loop']>,
): Figure => ({
  name: `${one.name}, beside the bare loop`,
  value: ratio,
  unit: 'of its rate',
  bar: null,
  from: `${fine(batch)} to a commit, ${whole(ours.rate)}/s with ${fine(ours.cpu)} µs of cpu each, the loop ${whole(rate)}/s with ${fine(cpu)} µs; ${fine(cpuRatio)} by cpu`,
})

/** The server beside the least that can serve the same write: what is left is what ours does more. */
export const besideMinimal = (
  one: Case,
  ours: Sample,
  { rate, cpu, ratio, cpuRatio }: NonNullable<Comparison['minimal']>,
): Figure => ({
  name: `${one.name}, beside a minimal server`,
  value: ratio,
  unit: 'of its rate',
  bar: { least: 0.8 },
  from: `${whole(ours.rate)}/s with ${fine(ours.cpu)} µs of cpu each, the minimal one ${whole(rate)}/s with ${fine(cpu)} µs; ${fine(cpuRatio)} by cpu`,
})
