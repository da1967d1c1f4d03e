import { Database } from 'bun:sqlite'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { isSqliteBusy, systemReason } from './system-errors.ts'

// Each claim is a lock that the system holds for an open SQLite file: a killed process leaves none
// behind, while a file with a process id in it would stay.

/**
 * Claims a data directory for one server.
 * @returns the function that releases the directory
 * @throws Error with a sentence, if another server has it or the directory can't be written
 */
export function claimDirectory(directory: string): () => void {
  const release = claim(directory, 'serve.lock', 'EXCLUSIVE')
  // What can't be written SQLite opens for reading, and claims nothing.
  assertWritable(directory)
  if (release) return release
  throw new Error(`another douyin serves ${directory}; stop it first or name another --data`)
}

/**
 * Marks a data directory as one into which this process puts files, beside its server if there is
 * one: meanwhile nobody removes files without a row, because their rows may be still to come.
 * @returns the function that ends it
 */
export function claimFiles(directory: string): () => void {
  return claim(directory, 'files.lock', 'SHARED') ?? (() => {})
}

/** Claims a directory for one backup. @throws Error with a sentence, if another one has it */
export function claimBackup(directory: string): () => void {
  const release = claim(directory, 'backup.lock', 'EXCLUSIVE')
  if (release) return release
  throw new Error(`another backup is being written to ${directory}`)
}

/** Whether no process adds files to the directory; with `servers`, whether none serves it either. */
export function isQuiet(directory: string, servers: boolean): boolean {
  const locks = servers ? (['files.lock', 'serve.lock'] as const) : (['files.lock'] as const)
  return locks.every((name) => {
    const release = claim(directory, name, 'EXCLUSIVE')
    release?.()
    return release !== null
  })
}

function assertWritable(directory: string): void {
  try {
    for (const path of [directory, join(directory, 'serve.lock')]) accessSync(path, constants.W_OK)
  } catch (error) {
    throw cannotBeWritten(directory, error)
  }
}

function cannotBeWritten(directory: string, error: unknown): Error {
  const reason = systemReason(whatSystemSays(directory, error as NodeJS.ErrnoException))
  return new Error(`${directory} cannot be written: ${reason}`)
}

/** SQLite says no more than that it can't open a file. */
function whatSystemSays(directory: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'SQLITE_CANTOPEN') return error
  try {
    accessSync(directory, constants.W_OK)
    return error
  } catch (reason) {
    return reason as Error
  }
}

/** A database that nobody refers to is closed when it is collected, and its lock ends. */
const held = new Set<Database>()

/** How long a claim waits for another process that only checks whether the directory is quiet. */
const busyTimeoutMs = 100

/** Null if another process has it. */
function claim(
  directory: string,
  name: 'serve.lock' | 'files.lock' | 'backup.lock',
  kind: 'EXCLUSIVE' | 'SHARED',
): (() => void) | null {
  let lock: Database | undefined
  try {
    mkdirSync(directory, { recursive: true })
    lock = new Database(join(directory, name), { create: true })
    lock.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    // Nothing is ever written to it, not even a journal: the disk may be full.
    lock.run('PRAGMA journal_mode = MEMORY')
    if (kind === 'EXCLUSIVE') lock.run('BEGIN EXCLUSIVE')
    else lock.run('BEGIN; SELECT count(*) FROM sqlite_schema')
    const database = lock
    held.add(database)
    return () => {
      held.delete(database)
      database.close()
    }
  } catch (error) {
    lock?.close()
    if (isSqliteBusy(error)) return null
    throw cannotBeWritten(directory, error)
  }
}
