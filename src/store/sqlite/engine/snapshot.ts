import { Database } from 'bun:sqlite'
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { drawTokenSql } from './token.ts'

/**
 * Writes a copy of the database, as it is at one moment, to a new file and syncs it. Others may
 * write meanwhile; it holds up this process only.
 */
export function takeSnapshot(database: Database, path: string): void {
  // What is there already is somebody's, and not ours to remove when the copy fails.
  if (existsSync(path)) throw new Error(`${path} is there already`)
  try {
    database.prepare('VACUUM INTO ?').run(path)
    // A token of its own: whatever log lies where it is put back one day doesn't belong to it.
    const copy = new Database(path)
    copy.run(drawTokenSql)
    copy.close()
  } catch (error) {
    // Half a copy is of no use.
    rmSync(path, { force: true })
    throw error
  }
  // SQLite leaves it to the system when the copy gets to the disk.
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
