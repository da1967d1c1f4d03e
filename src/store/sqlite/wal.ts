import { closeSync, fdatasyncSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { openIfThere } from './open-file.ts'

/**
 * Puts what was committed without a sync on disk. SQLite holds no lock on this file, so that it may be
 * opened and closed beside it.
 */
export interface Wal {
  /** While others go on. @throws Error what the system says */
  sync(): Promise<void>
  syncNow(): void
}

/** @param path of the database */
export function createWal(path: string): Wal {
  const log = `${path}-wal`
  return {
    async sync() {
      const file = await open(log, 'r+')
      try {
        await file.datasync()
      } finally {
        await file.close()
      }
    },
    syncNow() {
      const file = openIfThere(log, 'r+')
      // Nothing was ever committed.
      if (file === null) return
      try {
        fdatasyncSync(file)
      } finally {
        closeSync(file)
      }
    },
  }
}
