import { Database } from 'bun:sqlite'
import { fsyncSync, openSync } from 'node:fs'
import { isSqliteBusy } from '../../../lib/system-errors.ts'
import { type Failed, failedSync, type Task } from './maintenance.ts'

// Work on the whole file, on a thread and a connection of its own: the time and the syncs that it
// takes would otherwise be part of somebody's commit.

declare const self: Worker

const tasks: Record<Task, (database: Database) => void> = {
  checkpoint,
  'synced checkpoint'(database) {
    checkpoint(database)
    sync(database)
  },
  rewrite,
}

/** How long a rewrite waits for a moment in which nobody writes. */
const rewriteWaitMs = 60_000

let database: Database | undefined

self.onmessage = ({ data }: MessageEvent<{ path: string; task: Task } | 'close'>) => {
  let failed: Failed | null = null
  try {
    if (data === 'close') database?.close()
    else {
      database ??= open(data.path)
      tasks[data.task](database)
    }
  } catch (error) {
    const { message, code = '' } = error as Error & { code?: string }
    failed = { message, code }
  }
  self.postMessage(failed)
}

function checkpoint(database: Database): void {
  database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
}

let descriptor: number | undefined

/**
 * SQLite itself syncs the file only with the last of a log, for which writers are held: 20 to 40 ms for
 * 64 MB, and 5 to 12 when all but that last was synced before. The descriptor outlives even this thread:
 * closing any descriptor of a file takes away all locks that the process has on it.
 */
function sync({ filename }: Database): void {
  descriptor ??= openSync(filename, 'r+')
  try {
    fsyncSync(descriptor)
  } catch (error) {
    throw Object.assign(error as Error, { code: failedSync })
  }
}

/**
 * Busy writers leave the lock free for a fraction of a millisecond each time. SQLite, which tries
 * every 0.1 s, met such a moment after 1.5 s on the average, and now and then not within five.
 */
function rewrite(database: Database): void {
  const deadline = performance.now() + rewriteWaitMs
  database.run('PRAGMA busy_timeout = 0')
  for (;;) {
    try {
      return void database.prepare('VACUUM').get()
    } catch (error) {
      if (!isSqliteBusy(error) || performance.now() > deadline) throw error
      Bun.sleepSync(1)
    }
  }
}

function open(path: string): Database {
  const opened = new Database(path, { readwrite: true, create: false })
  opened.run('PRAGMA busy_timeout = 5000')
  opened.run('PRAGMA synchronous = FULL')
  opened.run('PRAGMA secure_delete = ON')
  return opened
}
