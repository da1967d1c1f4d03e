import type { Database } from 'bun:sqlite'
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite'
import type { Commit, GroupCommit } from './commit.ts'
import { type Counters, createCounters } from './counters.ts'
import { createFeed, type Feed } from './feed.ts'
import { createFreshness, type Freshness } from './freshness.ts'
import { createLists, type Lists } from './lists.ts'
import type { Recorder } from './recorder.ts'
import { createRecords, type Records } from './records.ts'

/** What the query files share: the database, the way to write to it, and the records kept. */
export interface Engine {
  /** For the queries that drizzle can say. */
  readonly db: BunSQLiteDatabase
  /** For those it can't. */
  readonly raw: Database
  /** For reads that look at no count: they need not wait until all that was counted is written. */
  readonly prepareUncounted: Recorder['prepareUncounted']
  readonly tally: Recorder['tally']
  readonly commit: Commit
  readonly commitChecked: Commit
  readonly freshness: Freshness
  readonly records: Records
  readonly counters: Counters
  readonly lists: Lists
  readonly feed: Feed
  /** The clock, Unix milliseconds. */
  now(): number
}

/** Binds the parts of the engine to one open database. */
export function createEngine(recorder: Recorder, group: GroupCommit): Engine {
  const { database: raw, prepareUncounted, tally } = recorder
  const { commit, commitChecked } = group
  const db = drizzle(raw)
  const freshness = createFreshness(raw)
  const records = createRecords(db, freshness)
  const lists = createLists(freshness, records)
  const feed = createFeed({ raw, records, freshness })
  const counters = createCounters(tally, records)
  return {
    db,
    raw,
    prepareUncounted,
    tally,
    commit,
    commitChecked,
    freshness,
    records,
    counters,
    lists,
    feed,
    now: Date.now,
  }
}
