import { mkdirSync } from 'node:fs'
import { Failure } from './failure.ts'

/** Makes the data directory unless it is there. @returns the first directory that was made, if any */
export function makeDataDirectory(data: string): string | undefined {
  try {
    return mkdirSync(data, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A full disk has a sentence of its own.
    if (code === 'ENOSPC') throw error
    throw new Failure(`--data: ${data} is no directory, and cannot be made one (${code})`)
  }
}
