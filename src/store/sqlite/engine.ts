import type { Database } from 'bun:sqlite'
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite'
import type { Commit } from './commit.ts'
import { createRecords, type Records } from './records.ts'

/** What the query files share: the database, the way to write to it, and the records kept. */
export interface Engine {
  /** For the queries that drizzle can say. */
  readonly db: BunSQLiteDatabase
  /** For those it can't. */
  readonly raw: Database
  readonly commit: Commit
  readonly records: Records
  /** The clock, Unix milliseconds. */
  now(): number
}

/** Binds the parts of the engine to one open database. */
export function createEngine(raw: Database, commit: Commit): Engine {
  const db = drizzle(raw)
  return { db, raw, commit, records: createRecords(db, raw), now: Date.now }
}
