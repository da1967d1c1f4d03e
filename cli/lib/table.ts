import { paint } from './output.ts'
import { clean, cut, fit } from './text.ts'

/** A column of a table. */
export interface Column<T> {
  readonly title: string
  readonly align?: 'right'
  /** Longer text is cut. Terminal cells. */
  readonly width?: number
  text(row: T): string
}

/**
 * Lays rows out under their titles. Widths are counted in terminal cells, so Chinese and emoji line
 * up (the table packages count recent emoji wrong).
 */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const rendered = columns.map(({ title, align, width, text }) => {
    const cells = rows.map((row) => cut(clean(text(row)), width ?? Number.POSITIVE_INFINITY))
    const cellWidth = Math.max(title.length, ...cells.map((cell) => Bun.stringWidth(cell)))
    return [title, ...cells].map((cell) =>
      align === 'right'
        ? ' '.repeat(cellWidth - Bun.stringWidth(cell)) + cell
        : fit(cell, cellWidth),
    )
  })
  const lines = ['', ...rows].map((_, line) =>
    rendered
      .map((column) => column[line])
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line, at) => (at === 0 ? paint.bold(line) : line)).join('\n')
}
