import { print } from '../../../cli/lib/output.ts'
import { table } from '../../../cli/lib/table.ts'
import { figureTable, fine, printMachine, whole } from '../report/report.ts'
import type { PairedReport, PairedRow } from './paired.ts'

/** Prints both tables. */
export function printPaired({ paired, figures }: Omit<PairedReport, 'failures'>): void {
  printMachine()
  print('Ours beside the other executable: the ratio of the rates, and of the processor times.')
  if (paired.length > 0) print(`\n${pairedTable(paired)}`)
  if (figures.length > 0) print(`\n${figureTable(figures)}`)
}

const pairedTable = (rows: readonly PairedRow[]) =>
  table<PairedRow>(
    [
      { title: 'case', text: (row) => row.name },
      { title: 'req/s', align: 'right', text: (row) => whole(row.ours.rate) },
      { title: 'p50 ms', align: 'right', text: (row) => fine(row.ours.p50) },
      { title: 'p99 ms', align: 'right', text: (row) => fine(row.ours.p99) },
      { title: 'cpu µs', align: 'right', text: (row) => fine(row.ours.cpu) },
      { title: 'other req/s', align: 'right', text: (row) => whole(row.theirs.rate) },
      { title: 'p50', align: 'right', text: (row) => fine(row.theirs.p50) },
      { title: 'p99', align: 'right', text: (row) => fine(row.theirs.p99) },
      { title: 'cpu', align: 'right', text: (row) => fine(row.theirs.cpu) },
      { title: 'by cpu', align: 'right', text: (row) => row.cpuRatio.toFixed(2) },
      { title: 'ratio', align: 'right', text: (row) => row.ratio.toFixed(2) },
      { title: 'bar', align: 'right', text: (row) => (row.bar === null ? '' : `≥ ${row.bar}`) },
      { title: '', text: ({ bar, ratio }) => (bar === null ? '' : ratio >= bar ? 'ok' : 'short') },
    ],
    rows,
  )
