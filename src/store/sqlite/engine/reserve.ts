import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { isDiskFull } from '../../../lib/system-errors.ts'

/**
 * What a database takes beside its file before anything can be read: the index of its log, 32 KB for
 * 4,096 pages, of which under load it has 40,000 and on a slow disk more, the log's header, and a
 * margin for what a file system counts in.
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
  if (existsSync(reserve)) return opened
  try {
    // Zeros alone take no room on file systems that compress.
    writeFileSync(reserve, crypto.getRandomValues(new Uint8Array(1 << 16)), { flag: 'wx' })
    for (let size = 1 << 16; size < reservedBytes; size += 1 << 16) {
      writeFileSync(reserve, crypto.getRandomValues(new Uint8Array(1 << 16)), { flag: 'a' })
    }
  } catch {
    // Half of it is of no use, and the room for others.
    rmSync(reserve, { force: true })
  }
  return opened
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
