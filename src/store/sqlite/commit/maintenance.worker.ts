import { Database } from 'bun:sqlite'
import type { Failed, Task } from './maintenance.ts'

// Work on the whole file, on a thread and a connection of its own: the time and the syncs that it
// takes would otherwise be part of somebody's commit.

declare const self: Worker

const statements: Record<Task, string> = {
  checkpoint: 'PRAGMA wal_checkpoint(PASSIVE)',
  rewrite: 'VACUUM',
}

let database: Database | undefined

self.onmessage = ({ data }: MessageEvent<{ path: string; task: Task } | 'close'>) => {
  let failed: Failed | null = null
  try {
    if (data === 'close') database?.close()
    else {
      database ??= open(data.path)
      database.prepare(statements[data.task]).get()
    }
  } catch (error) {
    const { message, code = '' } = error as Error & { code?: string }
    failed = { message, code }
  }
  self.postMessage(failed)
}

function open(path: string): Database {
  const opened = new Database(path, { readwrite: true, create: false })
  opened.run('PRAGMA busy_timeout = 5000')
  opened.run('PRAGMA synchronous = FULL')
  opened.run('PRAGMA secure_delete = ON')
  return opened
}
