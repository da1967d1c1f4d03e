import { SingleBar } from 'cli-progress'
import { formatSize } from '../../src/lib/units.ts'
import { note } from './output.ts'
import { fit } from './text.ts'

/** Shows the progress of something long on stderr. */
export interface Progress {
  /** Starts a part; with `bytes`, the rate is shown too. */
  start(label: string, total: number, unit?: 'bytes'): void
  advance(amount: number): void
  stop(): void
}

/** A bar on a terminal, plain lines anywhere else. */
export function createProgress(): Progress {
  return process.stderr.isTTY && process.env.TERM !== 'dumb' ? createBar() : createLines()
}

function createBar(): Progress {
  let bar: SingleBar
  let part: Part
  return {
    start(label, total, unit) {
      part = createPart(label, total, unit)
      bar = new SingleBar({
        format: '{label} {bar} {state}',
        stream: process.stderr,
        barCompleteChar: '━',
        barIncompleteChar: '─',
        barsize: 24,
        // A command that is killed would leave the terminal without its cursor.
        hideCursor: false,
        fps: 15,
        autopadding: false,
      })
      bar.start(Math.max(1, total), 0, { label: fit(label, 20), state: part.state() })
    },
    advance(amount) {
      part.done += amount
      bar.update(part.done, { state: part.state() })
    },
    stop() {
      if (part.total === 0) bar.update(1, { state: part.state() })
      bar.stop()
    },
  }
}

/** Time between two lines about the same part. */
const lineIntervalMs = 2_000

function createLines(): Progress {
  let part: Part
  let printedAt: number
  const printLine = () => {
    printedAt = Date.now()
    note(`${part.label}: ${part.state()}`)
  }
  return {
    start(label, total, unit) {
      part = createPart(label, total, unit)
      printedAt = Date.now()
    },
    advance(amount) {
      part.done += amount
      if (part.done < part.total && Date.now() - printedAt >= lineIntervalMs) printLine()
    },
    stop: printLine,
  }
}

interface Part {
  readonly label: string
  readonly total: number
  done: number
  /** `12/60` or `1.4 MB/3 MB, 2 MB/s`. */
  state(): string
}

function createPart(label: string, total: number, unit?: 'bytes'): Part {
  const start = performance.now()
  const show = (amount: number) => (unit ? formatSize(amount) : amount.toLocaleString('en'))
  return {
    label,
    total,
    done: 0,
    state() {
      const seconds = (performance.now() - start) / 1000
      const rate = unit && seconds > 0 ? `, ${formatSize(Math.round(this.done / seconds))}/s` : ''
      return `${show(this.done)}/${show(total)}${rate}`
    },
  }
}
