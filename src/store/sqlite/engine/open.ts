import { Database } from 'bun:sqlite'
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { isSqliteBusy } from '../../../lib/system-errors.ts'
import { migrate, migrations, type Step } from '../migrations/migrate.ts'
import { setAsideForeignLog } from './foreign-log.ts'
import { withReserve } from './reserve.ts'

/**
 * Bytes of a page, of a file that is new; one that is there keeps its own. A commit writes each page
 * whole that it has touched, and nearly every row of a like lies on another one: with SQLite's usual
 * 4 KB a like takes a third longer.
 */
const pageBytes = 2048

/** How long opening waits for another process's lock before it gives up. */
const busyTimeoutMs = 5_000

/**
 * Pages of the database that a process keeps, at most and as they are used. More gained nothing: the
 * system keeps the file's pages too (a like took 0.97 of the time with 16 MB instead of 64).
 */
const cacheKilobytes = 16_000

/**
 * Bytes that a log keeps when it starts anew: more than it grows to under load, some 80 MB of likes. With
 * 64 MB the first commit of each new log cut the file, 32 ms, and the last ones made it longer again, 10
 * instead of 3 ms each while the worker synced. A log that rests is emptied whatever its size.
 */
const keptLogBytes = 256 << 20

/**
 * Opens the database file, made if absent, with every commit synced to the disk before it counts and
 * whatever is deleted overwritten.
 * @param note told what an operator should know
 * @throws Error with a sentence, if the file is no database or from a newer version
 */
export function openDatabase(
  path: string,
  note: (text: string) => void = () => {},
  steps: readonly Step[] = migrations,
): Database {
  setAsideForeignLog(path, note)
  return withReserve(path, () => openNow(path, note, steps))
}

function openNow(path: string, note: (text: string) => void, steps: typeof migrations): Database {
  const database = new Database(path, { create: true, strict: true })
  try {
    // First of all, because switching to WAL may itself have to wait.
    database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    database.run(`PRAGMA page_size = ${pageBytes}`)
    switchToWal(database)
    database.run('PRAGMA synchronous = FULL')
    database.run('PRAGMA foreign_keys = ON')
    database.run('PRAGMA secure_delete = ON')
    database.run('PRAGMA temp_store = MEMORY')
    database.run(`PRAGMA cache_size = -${cacheKilobytes}`)
    database.run(`PRAGMA journal_size_limit = ${keptLogBytes}`)
    migrate(database, `${path}.before-migration`, steps)
    removeRedoLog(path, note)
    syncDirectory(dirname(path))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** SQLite doesn't always wait where several processes make the same file at once. */
function switchToWal(database: Database): void {
  for (const deadline = performance.now() + busyTimeoutMs; ; Bun.sleepSync(5)) {
    try {
      return void database.run('PRAGMA journal_mode = WAL')
    } catch (error) {
      if (!isSqliteBusy(error) || performance.now() > deadline) throw error
    }
  }
}

/** Development versions kept a log of their own beside the database; no release ever did. */
function removeRedoLog(path: string, note: (text: string) => void): void {
  for (const file of [`${path}-redo`, `${path}-wanted`]) {
    try {
      rmSync(file)
      note(`removed ${file}, which an unreleased version had left`)
    } catch {
      // Hardly anybody has one.
    }
  }
}

/** SQLite makes its log without asking the disk for the directory's entry, or hides that it failed. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
