import type { Checks } from './checks.ts'
import type { Comments } from './comment.ts'
import type { Favorites } from './favorite.ts'
import type { Jobs } from './media.ts'
import type { Messages } from './message.ts'
import type { Notices, Relations } from './relation.ts'
import type { Seeding } from './seeding.ts'
import type { Sessions } from './session.ts'
import type { Accounts, Invites, Reports, Users } from './user.ts'
import type { Videos } from './video.ts'

/**
 * Port 1: what a feature may ask of a database. Types only; `sqlite/` is the embedded engine.
 *
 * Every method is atomic: whole or not at all. No method takes or returns a transaction. A write that
 * has resolved is on disk. The reads behind nearly every request may return, and then throw, without a
 * promise. Ids are made by the engine, never used again, and below 2^53. Times are Unix milliseconds.
 * Records are immutable; an engine may hand out one object many times for as long as its row has not
 * changed, so a caller may keep what it made of a record for as long as it sees that object.
 */
export interface Store {
  readonly users: Users
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly invites: Invites
  readonly videos: Videos
  readonly favorites: Favorites
  readonly comments: Comments
  readonly relations: Relations
  readonly messages: Messages
  readonly notices: Notices
  readonly reports: Reports
  readonly jobs: Jobs
  readonly seeding: Seeding
  readonly checks: Checks
  /** Resolves if the store can do its work. @throws AppError unavailable, or what the engine says */
  ping(): Promise<void>
  /** Names who is told of each batch of writes: how many it held, and ms from its begin to the disk. */
  observe(committed: (writes: number, ms: number) => void): void
  /** Copies everything, as it is at one moment, into a new local file, which is then on disk. */
  snapshot(path: string): Promise<void>
  /** Waits for the writes under way, then lets go of the database. */
  close(): Promise<void>
}
