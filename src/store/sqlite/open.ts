import { Database } from 'bun:sqlite'
import { catchUp } from './catch-up.ts'
import { migrate, migrations, versionOf } from './migrate.ts'

/** How long a command waits for another process's write before it gives up, ms. */
const patience = 5_000

/**
 * Pages of the database that a process keeps, KB, at most and as they are used: what is written is
 * read before, and a like touches five pages that lie anywhere.
 */
export const cacheSize = 64_000

/**
 * Opens the database file, made if absent, with every commit synced to the disk before it counts.
 * @throws Error with a sentence, if the file is no database or from a newer version.
 */
export function openDatabase(path: string, steps = migrations): Database {
  const database = new Database(path, { create: true, strict: true })
  try {
    // First of all, because switching to WAL may itself have to wait.
    database.run(`PRAGMA busy_timeout = ${patience}`)
    switchToWal(database)
    database.run('PRAGMA synchronous = FULL')
    database.run('PRAGMA foreign_keys = ON')
    database.run('PRAGMA temp_store = MEMORY')
    database.run(`PRAGMA cache_size = -${cacheSize}`)
    database.run('PRAGMA journal_size_limit = 67108864')
    // What is in the redo log was written for the tables as they are.
    const version = versionOf(database)
    if (version > 0 && version <= steps.length) {
      // A server may hold the lock for long, and commit as soon as it is asked to.
      database.run('PRAGMA busy_timeout = 0')
      catchUp(database, path)
      database.run(`PRAGMA busy_timeout = ${patience}`)
    }
    migrate(database, `${path}.before-migration`, steps)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** SQLite doesn't always wait where several processes make the same file at once. */
function switchToWal(database: Database): void {
  for (const deadline = performance.now() + patience; ; Bun.sleepSync(5)) {
    try {
      return void database.run('PRAGMA journal_mode = WAL')
    } catch (error) {
      const { code = '' } = error as { code?: string }
      if (!code.startsWith('SQLITE_BUSY') || performance.now() > deadline) throw error
    }
  }
}
