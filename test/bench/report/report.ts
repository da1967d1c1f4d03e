import { cpus } from 'node:os'
import { print } from '../../../cli/lib/output.ts'
import { table } from '../../../cli/lib/table.ts'
import type { Comparison } from '../cases/compare.ts'
import type { Raw } from '../cases/queries.ts'
import { tool } from '../load/drive.ts'
import { isPinned } from '../servers/process.ts'

/** A line of the first table: ours beside the bare server. */
export interface Versus extends Omit<Comparison, 'single' | 'loop' | 'minimal'> {
  readonly name: string
  readonly bar: number
  /** What the case asks of the database, done by bun:sqlite alone: a read's queries, a write's loop. */
  readonly sqlite: Raw | null
}

/** A line of the second table: one number and what it must not exceed, or must reach. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly bar: { readonly most: number } | { readonly least: number } | null
  /** What it was put together from. */
  readonly from: string
}

export interface Report {
  readonly versus: readonly Versus[]
  readonly figures: readonly Figure[]
}

/** Whether the bar is met. */
export const meets = ({ value, bar }: Pick<Figure, 'value' | 'bar'>): boolean =>
  bar === null || ('most' in bar ? value <= bar.most : value >= bar.least)

/** What the numbers depend on. */
export const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: navigator.hardwareConcurrency,
  system: `${process.platform} ${process.arch}`,
  bun: Bun.version,
  load: tool,
  pinned: isPinned(),
})

export function printReport({ versus, figures }: Report): void {
  printMachine()
  print('cpu: processor time per request, µs; sqlite: of its queries or statements alone.')
  if (versus.length > 0) print(`\n${versusTable(versus)}`)
  if (figures.length > 0) print(`\n${figureTable(figures)}`)
}

/** What the numbers depend on, in lines. */
export function printMachine(): void {
  const { processor, cores, system, bun, load, pinned } = machine()
  print(`${processor}, ${cores} cores, ${system}, Bun ${bun}, ${load}`)
  print(pinned ? 'Server on one core, load on another.' : 'Nothing pinned to a core.')
  print('Other work on the machine moves every number; compare within one line only.')
  if (load !== 'wrk') print('autocannon is slower than the bare server: wrk tells them apart.')
}

const versusTable = (rows: readonly Versus[]) =>
  table<Versus>(
    [
      { title: 'case', text: (row) => row.name },
      { title: 'bytes', align: 'right', text: (row) => whole(row.bytes) },
      { title: 'req/s', align: 'right', text: (row) => whole(row.ours.rate) },
      { title: 'p50 ms', align: 'right', text: (row) => fine(row.ours.p50) },
      { title: 'p99 ms', align: 'right', text: (row) => fine(row.ours.p99) },
      { title: 'cpu µs', align: 'right', text: (row) => fine(row.ours.cpu) },
      { title: 'bare req/s', align: 'right', text: (row) => whole(row.bare.rate) },
      { title: 'p50', align: 'right', text: (row) => fine(row.bare.p50) },
      { title: 'p99', align: 'right', text: (row) => fine(row.bare.p99) },
      { title: 'cpu', align: 'right', text: (row) => fine(row.bare.cpu) },
      { title: 'sqlite', align: 'right', text: (row) => (row.sqlite ? fine(row.sqlite.cpu) : '') },
      { title: 'by cpu', align: 'right', text: (row) => row.cpuRatio.toFixed(2) },
      { title: 'ratio', align: 'right', text: (row) => row.ratio.toFixed(2) },
      { title: 'bar', align: 'right', text: (row) => `≥ ${row.bar}` },
      { title: '', text: (row) => (row.ratio >= row.bar ? 'ok' : 'short') },
    ],
    rows,
  )

export const figureTable = (rows: readonly Figure[]) =>
  table<Figure>(
    [
      { title: 'figure', text: (row) => row.name },
      { title: 'value', align: 'right', text: (row) => `${fine(row.value)} ${row.unit}`.trim() },
      { title: 'bar', align: 'right', text: (row) => barText(row) },
      { title: '', text: (row) => (row.bar === null ? '' : meets(row) ? 'ok' : 'short') },
      { title: 'from', text: (row) => row.from },
    ],
    rows,
  )

function barText({ bar }: Figure): string {
  if (bar === null) return ''
  return 'most' in bar ? `≤ ${bar.most}` : `≥ ${bar.least}`
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** Three digits that count. */
export const fine = (value: number): string => {
  if (Number.isNaN(value)) return '?'
  return value >= 100 ? whole(value) : value.toPrecision(3)
}
