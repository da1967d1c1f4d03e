import { Database } from 'bun:sqlite'
import { until } from '../until.ts'

/** Asks SQLite for a checkpoint of a database that somebody else has open, too. */
function checkpoint(path: string, mode: 'NOOP' | 'TRUNCATE') {
  using database = new Database(path)
  return database.query(`PRAGMA wal_checkpoint(${mode})`).get() as {
    busy: number
    log: number
    checkpointed: number
  }
}

/** Waits until all of the log is copied: the next commit begins it anew. */
export const copied = (path: string): Promise<void> =>
  until(() => {
    const { log, checkpointed } = checkpoint(path, 'NOOP')
    return log === checkpointed
  })

/** Empties the log, as the shell does for whoever tells it to. */
export const emptied = (path: string): Promise<void> =>
  until(() => checkpoint(path, 'TRUNCATE').busy === 0)
