import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'

/** Bytes: the pages that a process keeps, as they are committed, twice over and some more. */
const plenty = 256 << 20

/** A question: whether the disk that a file is on has room for a large commit. */
export const roomBeside = (path: string) => (): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize > plenty
  } catch {
    return false
  }
}
