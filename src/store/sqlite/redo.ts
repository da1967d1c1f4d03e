import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { openIfThere } from './open-file.ts'

/**
 * A redo log: records of what was changed, synced before anybody is told so, and done again where the
 * database has not got them. One file of fixed size in two halves, each written from its start; a
 * half is written anew when the disk has all of it in the database. What was there before is told
 * apart by its numbers.
 */
export interface Redo {
  /**
   * Puts a record on disk; false if the half has no room for it. `number` is one more than that of
   * the record before. @throws Error what the system says
   */
  append(number: number, text: string): boolean
  /** Tells that records up to a number are needed no more. */
  release(number: number): void
  /** How much of a half was appended since the last call of `settled`, 0 to 2. */
  readonly share: number
  /** Tells that all that was appended is in the database, though the disk may not have it yet. */
  settled(): void
  /** Goes on at the start of a half in which nothing is needed; false if there is none. */
  turn(): boolean
  /** The whole records that the file has, by number. */
  read(): readonly RedoRecord[]
  /** Those that were there at the last `read`, or were appended since. */
  again(): readonly RedoRecord[]
  /** Whether another process may have appended something since the last `read`. */
  isChanged(): boolean
  close(): void
}

export interface RedoRecord {
  readonly number: number
  readonly bytes: Uint8Array
}

/** Bytes of a half: what some 100,000 likes take, half of which may wait for the database. */
const capacity = 16 << 20

/** Bytes that are read of a half at first. */
const firstLook = 64 << 10

/** Before each text: its length, a checksum of all that follows, the owner and the number. */
const head = 24

/** A half: where it begins, how much of it is written, and the number of the record there last. */
interface Half {
  readonly start: number
  size: number
  last: number
}

/**
 * Opens the redo log of a database, null if there is none and none is to be made.
 * @param owner the number by which the database knows records of its own, below 2^32
 */
export function openRedo(path: string, owner: number, make: boolean): Redo | null {
  const file = make ? allocate(path) : openIfThere(path, 'r')
  if (file === null) return null
  let buffer = Buffer.alloc(0)
  const halves: readonly [Half, Half] = [
    { start: 0, size: 0, last: 0 },
    { start: capacity, size: 0, last: 0 },
  ]
  let current: Half = halves[0]
  let released = 0
  let waiting = 0
  let starts: string | null = null

  const bytesAt = (place: number, size: number) => {
    const found = Buffer.alloc(size)
    return found.subarray(0, readSync(file, found, 0, size, place))
  }
  const startsNow = () => halves.map(({ start }) => bytesAt(start, head).toString('hex')).join()
  /** Whether a record begins where the last one of a half ended. */
  const goesOn = ({ start, size, last }: Half) => {
    const next = bytesAt(start + size, Math.min(head, capacity - size))
    return next.length === head && ownerOf(next) === owner && numberOf(next) === last + 1
  }

  return {
    append(number, text) {
      const most = head + text.length * 3
      if (current.size + most > capacity) return false
      // Not the largest from the start: it would count when memory is looked through for what can go.
      if (most > buffer.length) buffer = Buffer.alloc(Math.min(capacity, 2 * most))
      const length = buffer.write(text, head, 'utf8')
      const size = head + length
      buffer.writeUInt32LE(length, 0)
      buffer.writeUInt32LE(owner, 8)
      buffer.writeDoubleLE(number, 16)
      buffer.writeUInt32LE(Bun.hash.crc32(buffer.subarray(8, size)), 4)
      const place = current.start + current.size
      for (let done = 0; done < size; ) {
        done += writeSync(file, buffer, done, size - done, place + done)
      }
      fdatasyncSync(file)
      current.size += size
      current.last = number
      waiting += size
      return true
    },

    release(number) {
      released = number
    },

    get share() {
      return waiting / capacity
    },

    settled() {
      waiting = 0
    },

    turn() {
      const free = halves.find((half) => half !== current && half.last <= released)
      if (!free && current.last > released) return false
      current = Object.assign(free ?? current, { size: 0, last: 0 })
      return true
    },

    read() {
      starts = startsNow()
      const records = halves.map((half) => {
        // Mostly there is little in it, and who opens a database needs no megabytes for that.
        let limit = firstLook
        let found = parse(bytesAt(half.start, limit), owner)
        while (found.isCut && limit < capacity) {
          limit = Math.min(capacity, limit * 8)
          found = parse(bytesAt(half.start, limit), owner)
        }
        half.size = found.size
        half.last = found.records.at(-1)?.number ?? 0
        return found.records
      })
      current = halves[0].last > halves[1].last ? halves[0] : halves[1]
      return inOrder(records)
    },

    again: () =>
      inOrder(halves.map(({ start, size }) => parse(bytesAt(start, size), owner).records)),

    isChanged: () => starts === null || starts !== startsNow() || halves.some(goesOn),
    close: () => closeSync(file),
  }
}

const inOrder = (halves: readonly RedoRecord[][]): readonly RedoRecord[] =>
  halves.flat().toSorted((a, b) => a.number - b.number)

const ownerOf = (record: Buffer) => record.readUInt32LE(8)
const numberOf = (record: Buffer) => record.readDoubleLE(16)

/** The records at the start of some bytes; `isCut` if the bytes end before the next one does. */
function parse(
  bytes: Buffer,
  owner: number,
): { records: RedoRecord[]; size: number; isCut: boolean } {
  const records: RedoRecord[] = []
  let at = 0
  while (at + head < bytes.length) {
    const length = bytes.readUInt32LE(at)
    const record = bytes.subarray(at, at + head + length)
    const before = records.at(-1)
    const isNext = !before || numberOf(record) === before.number + 1
    if (length === 0 || ownerOf(record) !== owner || !isNext) break
    if (record.length < head + length) return { records, size: at, isCut: true }
    if (Bun.hash.crc32(record.subarray(8)) !== record.readUInt32LE(4)) break
    records.push({ number: numberOf(record), bytes: record.subarray(head) })
    at += record.length
  }
  return { records, size: at, isCut: at + head >= bytes.length }
}

/**
 * Gives the file its size for good. The system finds room for a block when it is first written: to
 * write it all now would take a new directory longer than all else that a server does at its start.
 */
function allocate(path: string): number {
  closeSync(openSync(path, 'a+'))
  const made = openSync(path, 'r+')
  if (statSync(path).size >= 2 * capacity) return made
  ftruncateSync(made, 2 * capacity)
  fsyncSync(made)
  const directory = openSync(dirname(path), 'r')
  fsyncSync(directory)
  closeSync(directory)
  return made
}
