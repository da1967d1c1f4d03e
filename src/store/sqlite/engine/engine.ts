import type { Caches } from '../../cache/caches.ts'
import type { Commit } from '../commit/group-commit.ts'
import type { Handle } from './handle.ts'

/** What the query files share. */
export interface Engine {
  readonly db: Handle
  /** For a write that finds out whether it can be done before it changes anything. */
  readonly commit: Commit
  /** For any other write, and one that looks at counts: it has a transaction of its own. */
  readonly commitAlone: Commit
  readonly caches: Caches
  /** Empties the write-ahead log, so that nothing of what was removed stays in it. */
  emptyLog(): Promise<void>
  /** Removes the copies that are kept beside the database, for the same reason. */
  removeKeptCopies(): void
  /** The clock, Unix milliseconds. */
  now(): number
}
