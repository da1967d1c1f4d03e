import { appendFileSync, existsSync, rmSync, statSync, truncateSync } from 'node:fs'
import { isDiskFull } from '../../../lib/system-errors.ts'

/**
 * What a database takes beside its file before anything can be read. Most of it is the index of the log:
 * 32 KB for each 4,096 pages, of which a log has some 40,000 under load and more on a slow disk. The rest
 * is the log's header, and a margin for what a file system counts in.
 */
const reservedBytes = 1 << 20

/**
 * Opens a database on a full disk too. Where it was opened before there lies a file with room for
 * what SQLite needs beside the database; if there is no other room, that one is given up. Reads go
 * on then, and the first commit says that the disk is full.
 */
export function withReserve<T>(path: string, open: () => T): T {
  const reserve = `${path.replace(/\.db$/, '')}.reserve`
  const opened = openOrMakeRoom(reserve, open)
  let before = 0
  try {
    // An older version made a smaller one.
    before = statSync(reserve, { throwIfNoEntry: false })?.size ?? 0
    for (let size = before; size < reservedBytes; size += 1 << 16) {
      // Zeros alone take no room on file systems that compress.
      appendFileSync(reserve, crypto.getRandomValues(new Uint8Array(1 << 16)))
    }
  } catch {
    giveBack(reserve, before)
  }
  return opened
}

/** Half of what was wanted is of no use, and the room for others. */
function giveBack(reserve: string, before: number): void {
  try {
    if (before > 0) truncateSync(reserve, before)
    else rmSync(reserve, { force: true })
  } catch {
    // A disk that may not be written, or fails: reads go on without a reserve.
  }
}

function openOrMakeRoom<T>(reserve: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (!hasNoRoom(error) || !existsSync(reserve)) throw error
    rmSync(reserve, { force: true })
    return open()
  }
}

/** SQLite says it of its shared memory in words of their own. */
const hasNoRoom = (error: unknown): boolean =>
  isDiskFull(error) || String((error as { code?: unknown }).code).startsWith('SQLITE_IOERR_SHM')
