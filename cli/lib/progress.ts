import { formatSize } from '../../src/lib/units.ts'
import { note, printsJsonLines } from './output.ts'
import { cut, fit } from './text.ts'

/** Shows the progress of something long on stderr. */
export interface Progress {
  /** Starts a part; with `bytes`, the rate is shown too. */
  start(label: string, total: number, unit?: 'bytes'): void
  advance(amount: number): void
  /** Ends the part, if there is one. */
  stop(): void
}

/** Terminal cells. */
const labelWidth = 20
const barWidth = 24

/** Time between two pictures of the bar, and between two lines where there is no terminal. */
const redrawMs = 66
const lineIntervalMs = 2_000

/** A bar on a terminal, plain lines anywhere else. */
export function createProgress(): Progress {
  const terminal = !printsJsonLines && process.stderr.isTTY && process.env.TERM !== 'dumb'
  const intervalMs = terminal ? redrawMs : lineIntervalMs
  let part: Part | null = null
  let shownAt = 0

  const show = (part: Part, end = '') => {
    shownAt = performance.now()
    const state = stateOf(part)
    if (!terminal) return note(`${part.label}: ${state}`)
    const line = `${fit(part.label, labelWidth)} ${barOf(part)} ${state}`
    // A terminal may not know its width, and then says 0.
    const shown = cut(line, (process.stderr.columns || 80) - 1)
    process.stderr.write(`\r\x1b[K${shown}${end}`)
  }

  return {
    start(label, total, unit) {
      shownAt = performance.now()
      part = { label, total, unit, startedAt: shownAt, done: 0 }
      if (terminal) show(part)
    },
    advance(amount) {
      if (!part) return
      part.done += amount
      if (part.done < part.total && performance.now() - shownAt >= intervalMs) show(part)
    },
    stop() {
      if (part) show(part, '\n')
      part = null
    },
  }
}

interface Part {
  readonly label: string
  readonly total: number
  readonly unit: 'bytes' | undefined
  readonly startedAt: number
  done: number
}

function barOf({ done, total }: Part): string {
  // More than the total may be done: rows come meanwhile.
  const part = total === 0 ? 1 : Math.min(1, done / total)
  return '━'.repeat(Math.round(barWidth * part)).padEnd(barWidth, '─')
}

/** `12/60` or `1.4 MB/3 MB, 2 MB/s`. */
function stateOf({ total, unit, startedAt, done }: Part): string {
  const show = unit ? formatSize : (amount: number) => amount.toLocaleString('en')
  const seconds = (performance.now() - startedAt) / 1000
  const rate = unit && seconds > 0 ? `, ${formatSize(Math.round(done / seconds))}/s` : ''
  return `${show(done)}/${show(total)}${rate}`
}
