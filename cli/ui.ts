import colors from 'picocolors'

/** Colours, for terminals that want them (NO_COLOR and pipes don't). */
export const paint = colors

/** Writes a line of what the command was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a line about what goes on, where it can't get into piped data. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Prints a value for other programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** Text of a user made safe for a terminal: no escape sequences, no line or direction changes. */
export function clean(text: string): string {
  return Bun.stripANSI(text).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
}

export interface Column<T> {
  readonly title: string
  readonly align?: 'right'
  /** Longer text is cut. Terminal cells. */
  readonly width?: number
  text(row: T): string
}

/**
 * Lays rows out under their titles. Widths are counted in terminal cells, so Chinese and emoji line
 * up (the table packages count those of recent years wrong).
 */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const cells = rows.map((row) =>
    columns.map(({ text, width }) => cut(clean(text(row)), width ?? Number.POSITIVE_INFINITY)),
  )
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...cells.map((line) => Bun.stringWidth(line[at]!))),
  )
  const lay = (line: readonly string[]) =>
    line
      .map((text, at) => {
        if (columns[at]!.align !== 'right') return fit(text, widths[at]!)
        return ' '.repeat(widths[at]! - Bun.stringWidth(text)) + text
      })
      .join('  ')
      .trimEnd()
  const head = lay(columns.map((column) => column.title))
  return [paint.bold(head), ...cells.map(lay)].join('\n')
}

/** `2026-01-31 18:05`, in the time zone of this machine. */
export function moment(at: number): string {
  return new Date(at).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

/** `1 video`, `2 videos`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`
}

/** Text in exactly `width` terminal cells. */
export function fit(text: string, width: number): string {
  const shown = cut(clean(text), width)
  return shown + ' '.repeat(width - Bun.stringWidth(shown))
}

function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text
  return `${Bun.sliceAnsi(text, 0, width - 1)}…`
}

/** The examples that end the help of a command. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ douyin ${line}`).join('\n')}`
}
