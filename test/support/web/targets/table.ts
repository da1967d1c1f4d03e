/** What was measured of one promise. */
export interface Row {
  readonly target: string
  readonly measured: string
  readonly bound: string
  readonly ok: boolean
}

/** A row for a figure that has a limit. */
export const most = (target: string, value: number, limit: number, unit = '', digits = 0): Row => ({
  target,
  measured: `${value.toFixed(digits)}${unit}`,
  bound: `≤ ${limit}${unit}`,
  ok: value <= limit,
})

/** A row for what must not be at all: each problem, or how many there are. */
export const none = (target: string, problems: readonly string[]): Row => ({
  target,
  measured: problems.length === 0 ? '0' : `${problems.length}: ${problems.slice(0, 5).join('; ')}`,
  bound: '0',
  ok: problems.length === 0,
})

/** The rows as a table of Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ target, measured, bound, ok }) => [
    target,
    measured,
    bound,
    ok ? 'ok' : 'SHORT',
  ])
  const all = [['target', 'measured', 'bound', ''], ...cells]
  const widths = [0, 1, 2, 3].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [
    line(all[0] ?? []),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.map(line),
  ].join('\n')
}

/** The value that a share of all is below: 0.5 for the median. */
export function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
