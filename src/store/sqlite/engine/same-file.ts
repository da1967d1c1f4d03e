import { statSync } from 'node:fs'
import { AppError } from '../../../errors.ts'

/**
 * Makes a check that the database is still the file at its path. SQLite goes on writing to a file
 * that was removed or moved away, and what is acknowledged then is lost.
 * @returns the check, which throws AppError unavailable
 */
export function createSameFileCheck(path: string): () => void {
  const identity = () => {
    const found = statSync(path, { throwIfNoEntry: false })
    return found ? `${found.dev} ${found.ino}` : null
  }
  const opened = identity()
  return () => {
    if (identity() !== opened) throw new AppError('unavailable')
  }
}
