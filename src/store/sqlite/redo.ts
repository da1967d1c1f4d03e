import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/**
 * A redo log: records of what was changed, synced before anybody is told so, and done again where the
 * database has not got them. One file of fixed size that is written from its start again and again;
 * what an earlier round left behind the newest record is told apart by its numbers.
 */
export interface Redo {
  /**
   * Puts a record on disk; false if there is no room for it. `number` is one more than that of the
   * record before, also over a restart. @throws Error what the system says
   */
  append(number: number, text: string): boolean
  /** The next record will be the first. */
  restart(): void
  /** The whole records that the file has, from its start as far as their numbers go on. */
  read(): readonly RedoRecord[]
  /** Those that were there at the last `read`, or were appended since. */
  again(): readonly RedoRecord[]
  /** The number of the first record, another one after each restart; NaN if there is none. */
  first(): number
  close(): void
}

export interface RedoRecord {
  readonly number: number
  readonly text: string
}

/** Bytes of the file: what some 30,000 likes take, of which a few hundred wait for the database. */
const capacity = 4 << 20

/** Before each text: its length, a checksum of all that follows, the owner and the number. */
const head = 24

/**
 * Opens the redo log of a database, null if there is none and none is to be made.
 * @param owner the number by which the database knows records of its own, below 2^32
 */
export function openRedo(path: string, owner: number, make: boolean): Redo | null {
  const file = make ? allocate(path) : openIfThere(path)
  if (file === null) return null
  const buffer = Buffer.alloc(make ? capacity : 0)
  let end = 0

  const parsed = (limit: number) => {
    const found = Buffer.alloc(limit)
    return parse(found.subarray(0, readSync(file, found, 0, limit, 0)), owner)
  }

  return {
    append(number, text) {
      if (end + head + text.length * 3 > capacity) return false
      const length = buffer.write(text, head, 'utf8')
      const size = head + length
      buffer.writeUInt32LE(length, 0)
      buffer.writeUInt32LE(owner, 8)
      buffer.writeDoubleLE(number, 16)
      buffer.writeUInt32LE(Bun.hash.crc32(buffer.subarray(8, size)), 4)
      for (let done = 0; done < size; ) {
        done += writeSync(file, buffer, done, size - done, end + done)
      }
      fdatasyncSync(file)
      end += size
      return true
    },

    restart() {
      end = 0
    },

    read() {
      const { records, size } = parsed(capacity)
      end = size
      return records
    },

    again: () => parsed(end).records,

    first() {
      const start = Buffer.alloc(head)
      return readSync(file, start, 0, head, 0) < head ? Number.NaN : start.readDoubleLE(16)
    },

    close: () => closeSync(file),
  }
}

function parse(bytes: Buffer, owner: number): { records: RedoRecord[]; size: number } {
  const records: RedoRecord[] = []
  let at = 0
  while (at + head < bytes.length) {
    const behind = at + head + bytes.readUInt32LE(at)
    const number = bytes.readDoubleLE(at + 16)
    const before = records.at(-1)
    if (behind === at + head || behind > bytes.length) break
    if (bytes.readUInt32LE(at + 8) !== owner || (before && number !== before.number + 1)) break
    if (Bun.hash.crc32(bytes.subarray(at + 8, behind)) !== bytes.readUInt32LE(at + 4)) break
    records.push({ number, text: bytes.toString('utf8', at + head, behind) })
    at = behind
  }
  return { records, size: at }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Takes the whole room at once, so that no append makes the file larger, or finds the disk full. */
function allocate(path: string): number {
  const file = openSync(path, 'a+')
  closeSync(file)
  const made = openSync(path, 'r+')
  const { size } = statSync(path)
  if (size >= capacity) return made
  for (let done = size; done < capacity; ) {
    done += writeSync(made, Buffer.alloc(capacity - done), 0, capacity - done, done)
  }
  fsyncSync(made)
  const directory = openSync(dirname(path), 'r')
  fsyncSync(directory)
  closeSync(directory)
  return made
}
