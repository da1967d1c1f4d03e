import type { Turn } from '../../../lib/turns/turns.ts'
import type { Caches } from '../../cache/caches.ts'
import type { Commit } from '../commit/group-commit.ts'
import type { Handle } from './handle.ts'

/** What the query files share. */
export interface QueryContext {
  readonly db: Handle
  /** The database file. */
  readonly path: string
  /** For a write that finds out whether it can be done before it changes anything. */
  readonly commit: Commit
  /** For any other write, and one that looks at counts: it has a transaction of its own. */
  readonly commitAlone: Commit
  readonly caches: Caches
  /** To be awaited between the slices of what takes longer than some 2 ms. */
  readonly turn: Turn
  /** Removes the copies that are kept beside the database. */
  removeKeptCopies(): void
  /**
   * Writes every page of the file anew and empties the log, so that nothing of what was removed
   * stays anywhere. Reads go on; writes wait for it, 0.6 s for 100 MB, and are refused after 30 s.
   * @throws AppError storage_full, busy
   */
  rewriteFile(): Promise<void>
  /** The clock, Unix milliseconds. */
  now(): number
  /** Whether something that is stored may have a later time than the clock's. */
  isClockBehind(): boolean
}
