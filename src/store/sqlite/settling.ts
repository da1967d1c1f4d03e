import type { Transaction } from './transaction.ts'
import type { Turns } from './turns.ts'

/** Decides when what was secured in the redo log is committed to the database. */
export interface Settling {
  /** To be called after each batch with its number of statements. */
  secured(statements: number): void
  close(): void
}

/** ms between two looks, and for which a server waits that has little to do. */
const beat = 10

/** ms until a commit that failed is tried again, unless somebody writes before. */
const pause = 1_000

/** Statements between two looks from which on it is load: a thousand a second, a like has four. */
const load = 10

/**
 * Under load it waits, since a page is written once however many changes it has: until the log is
 * half full, and so many ms at most.
 */
const longest = 10_000

/** With little room on the disk a commit may fail, and all that it had is done again: no more, then. */
const short = { statements: 12_000, ms: 100 }

/**
 * @param hasRoom whether the disk has room for many a commit
 * @param settled told after each commit
 */
export function createSettling(
  transaction: Transaction,
  turns: Turns,
  hasRoom: () => boolean,
  settled: () => void,
): Settling {
  let timer: NodeJS.Timeout | null = null
  let statements = 0
  let before = 0
  let since = 0
  let isUnderWay = false

  const wait = (ms = beat) => {
    timer = setTimeout(look, ms)
  }

  /** Whether to go on as we are; else it is time for a commit. */
  const mayWait = () => {
    if (transaction.isDue) return false
    const age = performance.now() - since
    return hasRoom() ? age < longest : age < short.ms && statements < short.statements
  }

  const look = () => {
    timer = null
    const isLoad = statements - before >= load
    before = statements
    try {
      if (isLoad && !turns.isAsked()) {
        if (!isUnderWay && mayWait()) return wait()
        isUnderWay = !transaction.lighten()
        if (isUnderWay) return wait()
      }
      transaction.settle()
    } catch {
      // A full or failing disk: what is acknowledged is in the log. The next writer hears of it.
      isUnderWay = false
      return wait(pause)
    }
    isUnderWay = false
    statements = 0
    before = 0
    settled()
  }

  return {
    secured(amount) {
      if (timer === null) {
        since = performance.now()
        wait()
      }
      statements += amount
    },
    close() {
      if (timer) clearTimeout(timer)
      timer = null
    },
  }
}
