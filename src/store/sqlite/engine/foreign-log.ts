import { constants, Database } from 'bun:sqlite'
import { closeSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'

/**
 * SQLite replays whatever log it finds beside a database. When somebody has put an older (or newer)
 * copy of the file back by hand after a crash, the log there is that of another state, and the two
 * would become a mixture. So each commit draws a token and names the one before it (table
 * `commits`): a log belongs to a file if the file has a token of the log, or the one that the first
 * commit of the log came after. A log that doesn't is put aside, and the file is what counts.
 * @see https://sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
 */
export function setAsideForeignLog(path: string, note: (text: string) => void): void {
  for (let look = 0; look < looks; look++) {
    const before = stamp(path)
    if (before === null || belongs(path)) return
    // Beside a running server the two are not read at one moment: only what stays so is foreign.
    Bun.sleepSync(pauseMs)
    if (stamp(path) === before && !belongs(path)) break
    if (look === looks - 1) return
  }
  const aside = `${path}-wal.foreign-${Date.now()}`
  renameSync(`${path}-wal`, aside)
  rmSync(`${path}-shm`, { force: true })
  note(`the log beside ${path} is not that of this file; it was put aside as ${aside}`)
}

const looks = 20
const pauseMs = 100

/** What changes when either file is written; null if there is no log with anything in it. */
function stamp(path: string): string | null {
  const [file, log] = [path, `${path}-wal`].map((name) => statSync(name, { throwIfNoEntry: false }))
  if (!file || !log || log.size <= headerBytes) return null
  return `${file.ino} ${file.size} ${file.mtimeMs} ${log.ino} ${log.size} ${log.mtimeMs}`
}

function belongs(path: string): boolean {
  const own = commitOf(path)
  if (own === null) return true
  const links = linksIn(`${path}-wal`, own.rootPage)
  const first = links[0]
  // Without a commit of ours in it nothing can be said.
  if (!first) return true
  return first.previous === own.token || links.some(({ token }) => token === own.token)
}

/** The last commit of the file alone, without any log, and the page on which it stands. */
function commitOf(path: string): { token: string; rootPage: number } | null {
  let file: Database | undefined
  try {
    const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI
    file = new Database(`file:${encodeURI(path)}?immutable=1`, flags)
    return file
      .prepare<{ token: string; rootPage: number }, []>(
        `SELECT (SELECT hex(token) FROM commits) AS token, rootpage AS rootPage
         FROM sqlite_schema WHERE name = 'commits'`,
      )
      .get()
  } catch {
    // No database, or one that has never been checkpointed.
    return null
  } finally {
    file?.close()
  }
}

interface Link {
  readonly token: string
  readonly previous: string
}

// The format of the log: https://sqlite.org/fileformat2.html#the_write_ahead_log
const headerBytes = 32
const frameHeaderBytes = 24

/** The tokens of the commits in a log, oldest first: its frames of one page. */
function linksIn(path: string, rootPage: number): readonly Link[] {
  const file = openSync(path, 'r')
  try {
    const read = (place: number, bytes: number) => {
      const found = Buffer.alloc(bytes)
      return found.subarray(0, readSync(file, found, 0, bytes, place))
    }
    const header = read(0, headerBytes)
    if (header.length < headerBytes) return []
    const pageBytes = header.readUInt32BE(8)
    const salts = header.subarray(16, 24)
    const links: Link[] = []
    for (let place = headerBytes; ; place += frameHeaderBytes + pageBytes) {
      const frame = read(place, frameHeaderBytes)
      // Frames behind the last one of this log are remnants of the log before it.
      if (frame.length < frameHeaderBytes || !frame.subarray(8, 16).equals(salts)) return links
      if (frame.readUInt32BE(0) !== rootPage) continue
      const link = linkOn(read(place + frameHeaderBytes, pageBytes))
      if (link) links.push(link)
    }
  } finally {
    closeSync(file)
  }
}

/** The record header of `commits`: four bytes long, NULL for the row id, two blobs of eight bytes. */
const recordHeader = Buffer.from([4, 0, 28, 28])

/** The one row of table `commits` on its page. */
function linkOn(page: Buffer): Link | null {
  const cell = page.length > 10 ? page.readUInt16BE(8) : page.length
  const record = page.subarray(cell + 2, cell + 2 + recordHeader.length + 16)
  if (record.length < 20 || !record.subarray(0, 4).equals(recordHeader)) return null
  const hex = (from: number) =>
    record
      .subarray(from, from + 8)
      .toString('hex')
      .toUpperCase()
  return { token: hex(4), previous: hex(12) }
}
