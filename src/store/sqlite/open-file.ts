import { openSync } from 'node:fs'

/** Opens a file that may be absent, which null says. @throws Error what the system says otherwise */
export function openIfThere(path: string, flags: 'r' | 'r+'): number | null {
  try {
    return openSync(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
