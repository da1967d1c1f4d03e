import { constants, Database } from 'bun:sqlite'
import { closeSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { schemaOf, tokenBytes } from './token.ts'

/**
 * SQLite replays whatever log it finds beside a database. When somebody has put another copy of the
 * file there by hand after a crash, the log is that of another state, and the two would become a
 * mixture. A log belongs to a file if the file has a token of the log, or the one that the first
 * commit of the log came after, and if the file was not made by VACUUM INTO, which numbers its pages
 * anew. A log that doesn't belong is put aside, and the file is what counts.
 * @see https://sqlite.org/howtocorrupt.html
 */
export function setAsideForeignLog(path: string, note: (text: string) => void): void {
  for (let look = 0; ; look++) {
    const before = stampOf(path)
    if (before === null || belongs(path)) return
    // Beside a running server the two are not read at one moment: only what stays so is foreign.
    Bun.sleepSync(pauseMs)
    if (stampOf(path) === before && !belongs(path)) break
    if (look === maxLooks) return
  }
  const aside = `${path}-wal.foreign-${Date.now()}`
  renameSync(`${path}-wal`, aside)
  rmSync(`${path}-shm`, { force: true })
  note(`the log beside ${path} was not that of this file; it was put aside as ${aside}`)
}

const maxLooks = 20
const pauseMs = 100

/** What changes when either file is written; null if there is no log with anything in it. */
function stampOf(path: string): string | null {
  const [file, log] = [path, `${path}-wal`].map((name) => statSync(name, { throwIfNoEntry: false }))
  if (!file || !log || log.size <= headerBytes) return null
  return `${file.ino} ${file.size} ${file.mtimeMs} ${log.ino} ${log.size} ${log.mtimeMs}`
}

function belongs(path: string): boolean {
  const file = readFile(path)
  if (file === null) return true
  const log = readLog(`${path}-wal`)
  // Whoever closed the file last took it away meanwhile.
  if (log === null) return true
  const { links, schemas, hasFrames } = log
  // A server beside us may have begun it anew this very moment: nothing of it would be replayed.
  if (!hasFrames) return true
  const tokens = links.map(({ token }) => token)
  const knownSchemas = [...schemas, ...[file.token, ...tokens].map(schemaOf)]
  if (!knownSchemas.includes(file.schema)) return false
  const first = links[0]
  // Without a commit of ours in it nothing more can be said.
  return !first || first.previous === file.token || tokens.includes(file.token)
}

interface FileState {
  /** Of the last commit, in hex. */
  readonly token: string
  readonly schema: number
}

/**
 * The database file alone, without any log; null if it has no tokens, or none that can be read. Page
 * 1 may be copied from the log already and the page of table `commits` not yet: what a VACUUM put at
 * another place is then looked for among the rows of another table, which are no tokens.
 */
function readFile(path: string): FileState | null {
  let file: Database | undefined
  try {
    const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI
    file = new Database(`${pathToFileURL(path)}?immutable=1`, flags)
    return file
      .prepare<FileState, [number]>(
        `SELECT hex(token) AS token, (SELECT schema_version FROM pragma_schema_version) AS schema
         FROM commits WHERE id = 1 AND typeof(token) = 'blob' AND length(token) = ?`,
      )
      .get(tokenBytes)
  } catch {
    // No database, or one that was never checkpointed.
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
/** Where page 1 has the version of the schema. */
const schemaOffset = 40

interface Log {
  readonly links: Link[]
  readonly schemas: number[]
  readonly hasFrames: boolean
}

/** The commits in a log, oldest first, and the versions of the schema that it has; null if it is gone. */
function readLog(path: string): Log | null {
  const links: Link[] = []
  const schemas: number[] = []
  let hasFrames = false
  const file = openIfThere(path)
  if (file === null) return null
  try {
    const read = (place: number, bytes: number) => {
      const found = Buffer.alloc(bytes)
      return found.subarray(0, readSync(file, found, 0, bytes, place))
    }
    const header = read(0, headerBytes)
    const pageBytes = header.length < headerBytes ? 0 : header.readUInt32BE(8)
    const salts = header.subarray(16, 24)
    for (let place = headerBytes; pageBytes > 0; place += frameHeaderBytes + pageBytes) {
      const frame = read(place, frameHeaderBytes + leafHeaderBytes)
      // Frames behind the last one of this log are remnants of the log before it.
      if (frame.length < frameHeaderBytes || !frame.subarray(8, 16).equals(salts)) break
      hasFrames = true
      const page = place + frameHeaderBytes
      const schema = frame.readUInt32BE(0) === 1 ? read(page + schemaOffset, 4) : null
      if (schema?.length === 4) schemas.push(schema.readUInt32BE())
      const cell = onlyCellOf(frame.subarray(frameHeaderBytes))
      const link = cell === null ? null : linkIn(read(page + cell, 2 + recordBytes))
      if (link) links.push(link)
    }
    return { links, schemas, hasFrames }
  } finally {
    closeSync(file)
  }
}

// The page of table `commits` is known by its form, as its number is another one after a VACUUM.
// https://sqlite.org/fileformat2.html#b_tree_pages
const leafHeaderBytes = 10
const tableLeaf = 0x0d

/** Where the one row of a table that has no other begins on its page; null of any other page. */
function onlyCellOf(header: Buffer): number | null {
  if (header.length < leafHeaderBytes || header[0] !== tableLeaf) return null
  return header.readUInt16BE(3) === 1 ? header.readUInt16BE(8) : null
}

/** The header of the record in `commits`: four bytes long, NULL for the row id, and two blobs. */
const recordHeader = Buffer.from([4, 0, 12 + 2 * tokenBytes, 12 + 2 * tokenBytes])
const recordBytes = recordHeader.length + 2 * tokenBytes

/** The tokens in a cell: the lengths of its record and its row id, one byte each, and the record. */
function linkIn(cell: Buffer): Link | null {
  const record = cell.subarray(2)
  const hasForm = record.subarray(0, recordHeader.length).equals(recordHeader)
  if (record.length < recordBytes || !hasForm) return null
  const tokens = record.subarray(recordHeader.length).toString('hex').toUpperCase()
  return { token: tokens.slice(0, 2 * tokenBytes), previous: tokens.slice(2 * tokenBytes) }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null
    throw error
  }
}
