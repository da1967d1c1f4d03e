import { Database } from 'bun:sqlite'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Claims a data directory for one server. The claim is a lock that the system holds for an open
 * SQLite file, so a killed server leaves none behind, as a file with a process id in it would.
 * @returns the function that gives the directory free
 * @throws Error with a sentence, if another server has it or the directory can't be written
 */
export function claimDirectory(directory: string): () => void {
  const path = join(directory, 'serve.lock')
  try {
    mkdirSync(directory, { recursive: true })
    const lock = new Database(path, { create: true })
    lock.run('PRAGMA busy_timeout = 0')
    lock.run('PRAGMA locking_mode = EXCLUSIVE')
    lock.run('BEGIN EXCLUSIVE')
    return () => lock.close()
  } catch (error) {
    const { code = '' } = error as { code?: string }
    if (code.startsWith('SQLITE_BUSY')) {
      throw new Error(`another douyin serves ${directory}; stop it first or name another --data`)
    }
    throw new Error(`${directory} cannot be written: ${(error as Error).message}`)
  }
}
