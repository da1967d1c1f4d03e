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

/**
 * Under load it waits longer, since a page is written once however many changes it has: at most this
 * many statements and ms, and not if another process asks for what was acknowledged.
 */
const most = 32_000
const longest = 250

/** Statements of a batch from which on it is load; a like has four. */
const busyBatch = 32

/** @param settled told after each commit */
export function createSettling(
  transaction: Transaction,
  turns: Turns,
  settled: () => void,
): Settling {
  let timer: NodeJS.Timeout | null = null
  let statements = 0
  let batches = 0
  let since = 0

  const wait = (ms = beat) => {
    timer = setTimeout(look, ms)
  }

  const look = () => {
    timer = null
    const isBusy = statements >= batches * busyBatch
    const age = performance.now() - since
    if (isBusy && statements < most && age < longest && !turns.isAsked()) return wait()
    try {
      transaction.settle()
    } catch {
      // A full or failing disk: what is acknowledged is in the log. The next writer hears of it.
      return wait(pause)
    }
    statements = 0
    batches = 0
    settled()
  }

  return {
    secured(amount) {
      if (timer === null) {
        since = performance.now()
        wait()
      }
      statements += amount
      batches++
      if (statements >= most && timer) {
        clearTimeout(timer)
        look()
      }
    },
    close() {
      if (timer) clearTimeout(timer)
      timer = null
    },
  }
}
