import { statSync } from 'node:fs'
import { AppError } from '../../errors.ts'

/**
 * Answers a function that makes sure that the database is still the file at its path. SQLite goes on
 * writing to a file that was removed or moved away, and what is acknowledged then is lost.
 * @throws AppError unavailable, from that function
 */
export function createPresence(path: string): () => void {
  const identity = (file: string) => {
    const found = statSync(file, { throwIfNoEntry: false })
    return found ? `${found.dev} ${found.ino}` : null
  }
  const own = identity(path)
  return () => {
    if (identity(path) !== own) throw new AppError('unavailable')
  }
}
