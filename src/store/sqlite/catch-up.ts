import type { Database } from 'bun:sqlite'
import { openRedo, type Redo } from './redo.ts'
import { createReplay } from './replay.ts'
import { createTurns } from './turns.ts'

/** The files beside a database that are not SQLite's. */
export const redoPath = (path: string): string => `${path}-redo`
export const turnsPath = (path: string): string => `${path}-wanted`

/** ms for which a server may keep us waiting for what it has acknowledged. */
const patience = 5_000

/**
 * Brings a database that was just opened up to its redo log: waits for the server that has it, or
 * does what one that was killed has left to do.
 * @throws Error with a sentence, if that can't be done
 */
export function catchUp(database: Database, path: string): void {
  const log = redoOf(database, path, false)
  if (log === null) return
  try {
    const replay = createReplay(database)
    const wanted = log.read().at(-1)?.number ?? 0
    const deadline = performance.now() + patience
    const turns = createTurns(turnsPath(path))
    while (replay.applied() < wanted) {
      if (performance.now() > deadline) throw new Error(stuck)
      if (begun(database)) {
        replay.run(log.read())
        database.run('COMMIT')
        return
      }
      turns.ask()
      Bun.sleepSync(2)
    }
  } finally {
    if (database.inTransaction) database.run('ROLLBACK')
    log.close()
  }
}

const stuck =
  'a server has acknowledged more than the database shows, and keeps it locked; is the disk full?'

/** Opens the redo log of a database. */
export function redoOf(database: Database, path: string, make: true): Redo
export function redoOf(database: Database, path: string, make: boolean): Redo | null
export function redoOf(database: Database, path: string, make: boolean): Redo | null {
  const { owner } = database.query('SELECT owner FROM redo WHERE id = 1').get() as { owner: number }
  return openRedo(redoPath(path), owner, make)
}

/** False while somebody else writes. */
function begun(database: Database): boolean {
  try {
    database.run('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return false
    throw error
  }
}
