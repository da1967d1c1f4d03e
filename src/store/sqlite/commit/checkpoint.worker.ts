import { Database } from 'bun:sqlite'

// Copies what the write-ahead log holds into the database file, on a thread and a connection of its
// own: the syncs that this takes would otherwise be part of somebody's commit.

declare const self: Worker

let database: Database | undefined

self.onmessage = ({ data: path }: MessageEvent<string | null>) => {
  if (path === null) {
    database?.close()
    return self.postMessage('closed')
  }
  try {
    database ??= new Database(path, { readwrite: true, create: false })
    database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
  } catch {
    // A full or failing disk: the log keeps what it has, and the next commit says what is wrong.
  }
  self.postMessage('done')
}
