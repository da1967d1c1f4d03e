import { Database } from 'bun:sqlite'
import { isSqliteBusy } from '../../../lib/system-errors.ts'
import type { Failed, Task } from './maintenance.ts'

// Work on the whole file, on a thread and a connection of its own: the time and the syncs that it
// takes would otherwise be part of somebody's commit.

declare const self: Worker

const tasks: Record<Task, (database: Database) => void> = {
  checkpoint: (database) => void database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get(),
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
