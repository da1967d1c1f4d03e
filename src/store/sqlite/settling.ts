import type { Transaction } from './transaction.ts'

/** Decides when what was secured in the redo log is committed to the database. */
export interface Settling {
  /** To be called after each batch with its number of writes. */
  secured(writes: number): void
  close(): void
}

/** ms between two looks, and for which a server waits that has little to do. */
const beat = 10

/** ms until a commit that failed is tried again, unless somebody writes before. */
const pause = 1_000

/**
 * Under load it waits longer, since a page is written once however many changes it has: at most this
 * many writes and ms. Other processes see what was acknowledged that much later.
 */
const mostWrites = 4_000
const longest = 100

/** Writes of a batch from which on it is load. */
const busyBatch = 8

/** @param settled told after each commit */
export function createSettling(transaction: Transaction, settled: () => void): Settling {
  let timer: NodeJS.Timeout | null = null
  let writes = 0
  let batches = 0
  let since = 0

  const wait = (ms = beat) => {
    timer = setTimeout(look, ms)
  }

  const look = () => {
    timer = null
    const isBusy = writes >= batches * busyBatch
    const age = performance.now() - since
    if (isBusy && writes < mostWrites && age < longest) return wait()
    try {
      transaction.settle()
    } catch {
      // A full or failing disk: what is acknowledged is in the log. The next writer hears of it.
      return wait(pause)
    }
    writes = 0
    batches = 0
    settled()
  }

  return {
    secured(amount) {
      if (timer === null) {
        since = performance.now()
        wait()
      }
      writes += amount
      batches++
      if (writes >= mostWrites && timer) {
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
