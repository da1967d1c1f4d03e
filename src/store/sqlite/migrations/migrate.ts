import { Database } from 'bun:sqlite'
import { renameSync, rmSync } from 'node:fs'
import { drawTokenSql } from '../engine/token.ts'
import initial from './0001_initial.sql' with { type: 'text' }
import plainSqlite from './0002_plain_sqlite.sql' with { type: 'text' }
import nameKeys from './0003_name_keys.sql' with { type: 'text' }
import messages from './0004_messages.sql' with { type: 'text' }
import jobs from './0005_jobs.sql' with { type: 'text' }
import invites from './0006_invites.sql' with { type: 'text' }
import followedVideos from './0007_followed_videos.sql' with { type: 'text' }
import pictures from './0008_pictures.sql' with { type: 'text' }
import waitingJobs from './0009_waiting_jobs.sql' with { type: 'text' }
import notices from './0010_notices.sql' with { type: 'text' }
import search from './0011_search.sql' with { type: 'text' }
import playCounts from './0012_play_counts.sql' with { type: 'text' }
import blocks from './0013_blocks.sql' with { type: 'text' }
import reports from './0014_reports.sql' with { type: 'text' }
import removedVideos from './0015_removed_videos.sql' with { type: 'text' }
import noticeLog from './0016_notice_log.sql' with { type: 'text' }
import { fillNameKeys } from './fill-name-keys.ts'
import { fillSearch } from './fill-search.ts'

/** One step: SQL, and what only a program can do with the rows after it. */
export type Step = string | { readonly sql: string; readonly fill: (database: Database) => void }

/** Every step from an empty file to today's tables; step n brings `user_version` to n. */
export const migrations: readonly Step[] = [
  initial,
  plainSqlite,
  { sql: nameKeys, fill: fillNameKeys },
  messages,
  jobs,
  invites,
  followedVideos,
  pictures,
  waitingJobs,
  notices,
  { sql: search, fill: fillSearch },
  playCounts,
  blocks,
  reports,
  removedVideos,
  noticeLog,
]

/**
 * Brings a database up to date, each step in one transaction, and keeps a copy of what was there
 * before at `backup`-FORMAT unless the database is new. Foreign keys are off meanwhile, as SQLite
 * asks of a step that rebuilds a table, and checked before each commit.
 * @throws Error with a sentence, if a newer version of the program made the database.
 */
export function migrate(
  database: Database,
  backup: string,
  steps: readonly Step[] = migrations,
): void {
  const version = versionOf(database)
  if (version > steps.length) {
    throw new Error(
      `the database was made by a newer douyin (format ${version}, this one knows ${steps.length})`,
    )
  }
  if (version === steps.length) return
  if (version > 0) keepCopy(database, version, backup)
  database.run('PRAGMA foreign_keys = OFF')
  try {
    for (let at = version; at < steps.length; at++) step(database, at, steps[at] as Step)
  } finally {
    database.run('PRAGMA foreign_keys = ON')
  }
}

function keepCopy(database: Database, version: number, backup: string): void {
  const fresh = `${backup}.${process.pid}`
  try {
    // SQLite refuses to write over a file, such as the rest of an attempt that was cut short.
    rmSync(fresh, { force: true })
    database.prepare('VACUUM INTO ?').run(fresh)
    drawToken(fresh)
    // If another process went on meanwhile, it is that one's copy that shows how things were.
    if (versionOf(database) === version) renameSync(fresh, `${backup}-${version}`)
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** The log of a later state doesn't belong to the copy; see engine/foreign-log.ts. */
function drawToken(path: string): void {
  using copy = new Database(path)
  const hasTokens = copy.query("SELECT 1 FROM sqlite_schema WHERE name = 'commits'").get()
  if (hasTokens) copy.run(drawTokenSql)
}

function step(database: Database, from: number, given: Step): void {
  const { sql, fill } = typeof given === 'string' ? { sql: given } : given
  database
    .transaction(() => {
      // Another process may have taken this step while we waited for the lock.
      if (versionOf(database) !== from) return
      database.run(sql)
      fill?.(database)
      const broken = database.prepare('PRAGMA foreign_key_check').all()
      if (broken.length > 0) throw new Error(`step ${from + 1} leaves ${broken.length} orphans`)
      database.run(`PRAGMA user_version = ${from + 1}`)
    })
    .immediate()
}

/** The format of a database, 0 of a new one. */
function versionOf(database: Database): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}
