import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, reasonOf } from './failure.ts'

/** Makes the data directory unless it is there. @returns the first directory that was made, if any */
export function makeDataDirectory(data: string): string | undefined {
  try {
    return mkdirSync(data, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A full disk has a sentence of its own.
    if (code === 'ENOSPC') throw error
    if (code === 'EEXIST') throw new Failure(`--data: ${data} is no directory.`)
    throw new Failure(`--data: ${data} cannot be made: ${reasonOf(error)}.`)
  }
}

/**
 * The path of the database in a data directory.
 * @throws Failure if there is none, or this user may not work with it
 */
export function findDatabase(data: string): string {
  const path = join(data, 'douyin.db')
  try {
    statSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES') throw new Failure(`${data} may not be read by this user.`)
    throw new Failure(`There is no database in ${data}; name another directory with --data.`)
  }
  assertMayUse(data)
  return path
}

/** SQLite writes beside the database even to read it. @throws Failure if this user may not */
export function assertMayUse(data: string): void {
  try {
    accessSync(data, constants.R_OK | constants.X_OK)
  } catch {
    throw new Failure(`${data} may not be read by this user.`)
  }
  for (const path of [data, join(data, 'douyin.db')]) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') continue
      throw new Failure(
        code === 'EROFS'
          ? `${path} is on a file system that is read-only; every command writes to it.`
          : `This user may not write to ${path}, which every command needs.`,
      )
    }
  }
}
