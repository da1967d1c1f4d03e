import { Lru } from '../../lib/lru.ts'
import { responseInit } from './envelope.ts'
import { type JsonBytes, joinEntries, type Reader, respondEntries } from './json-bytes.ts'
import { type EncodeRecord, isFor, readerOf } from './json-cache.ts'

/** Of some ids, those that a viewer has marked: the liked among videos, the followed among users. */
export type FlaggedIds = ReadonlySet<number>

/** A list that is to be shown, with the ids by which a viewer's marks are looked up. */
export interface FlaggableList {
  /** Of each kind of mark, the id of every entry. */
  readonly ids: readonly (readonly number[])[]
  /** The list as a viewer is to see it; `marked` has a set for each kind of mark, or none at all. */
  to(marked: readonly FlaggedIds[], reader: Reader): ListResponse
}

/** A list as one viewer sees it. */
export interface ListResponse {
  /** The entries, as JSON. */
  entries(): readonly JsonBytes[]
  /** An answer of all the entries; `tail` is ASCII. */
  respond(head: JsonBytes, tail: string): Response
}

/**
 * Shows lists. `keys` say under which ids an entry may be marked; bit k of its variant says whether
 * it is under the k-th. Most viewers have nothing to do with most of what they are shown, so the
 * answer in which nothing is marked is kept from the second time on, and goes with the list: as a
 * Blob, because a Response of one takes no copy. Where something is marked, the rest is cut out of
 * that; what comes of it is kept for a while, since who has seen a list is likely to see it again.
 */
export function listResponses<T extends object>(
  encodeOne: EncodeRecord<T>,
  ...keys: readonly ((record: T) => number)[]
): (records: readonly T[]) => FlaggableList {
  const kept = new WeakMap<readonly T[], FlaggableList>()
  return (records) => {
    const known = kept.get(records)
    if (known) return known
    const shown = showList(encodeOne, keys, records)
    kept.set(records, shown)
    return shown
  }
}

/** A list of entries that nobody marks and that isn't kept. */
export const unflaggedList = (entries: readonly JsonBytes[]): ListResponse => ({
  entries: () => entries,
  respond: (head, tail) => respondEntries(head, entries, tail, responseInit),
})

function showList<T extends object>(
  encodeOne: EncodeRecord<T>,
  keys: readonly ((record: T) => number)[],
  records: readonly T[],
): FlaggableList {
  const ids = keys.map((key) => records.map(key))
  const variants = 1 << keys.length
  let plain: Plain | null = null

  const encodeMarked = (mark: number, reader: Reader): JsonBytes =>
    encodeOne(records[Math.floor(mark / variants)] as T, mark % variants, reader)

  const encodeAll = (marks: readonly number[], reader: Reader): JsonBytes[] => {
    const entries = records.map((record) => encodeOne(record, 0, reader))
    for (const mark of marks) entries[Math.floor(mark / variants)] = encodeMarked(mark, reader)
    return entries
  }

  /** The answer with some entries in place of those in the unmarked one. */
  const cut = ({ answer, starts }: Joined, marks: readonly number[], reader: Reader): Blob => {
    const parts: (Blob | JsonBytes)[] = []
    let from = 0
    for (const mark of marks) {
      const at = Math.floor(mark / variants)
      parts.push(answer.slice(from, starts[at]), encodeMarked(mark, reader))
      // Before the comma, or behind the last one before the tail.
      from = (starts[at + 1] as number) - 1
    }
    parts.push(answer.slice(from))
    return new Blob(parts)
  }

  const answerOf = (marks: readonly number[], reader: Reader, head: JsonBytes, tail: string) => {
    if (plain?.head !== head || plain.tail !== tail || !isFor(plain, reader)) {
      plain = { ...readerOf(reader), head, tail, number: ++numbered, joined: null }
      return null
    }
    plain.joined ??= join(head, encodeAll([], reader), tail)
    const { joined, number } = plain
    if (marks.length === 0) return joined.answer
    // No list that is answered as a whole has so many entries that these don't fit a character.
    const key = `${number} ${String.fromCharCode(...marks)}`
    const known = answers.get(key)
    if (known) return known
    const answer =
      marks.length > records.length / tooMany
        ? new Blob([joinEntries(head, encodeAll(marks, reader), tail)])
        : cut(joined, marks, reader)
    answers.set(key, answer)
    return answer
  }

  return {
    ids,
    to(marked, reader) {
      const marks = marksAmong(ids, marked)
      return {
        entries: () => encodeAll(marks, reader),
        respond(head, tail) {
          const answer = answerOf(marks, reader, head, tail)
          if (answer) return new Response(answer, responseInit)
          return respondEntries(head, encodeAll(marks, reader), tail, responseInit)
        },
      }
    },
  }
}

/** Where more than one in so many entries are marked, all are joined anew. */
const tooMany = 4

/** Bytes of the answers kept in which something is marked, and what one takes beside its own. */
const capacity = 32 << 20
const overhead = 500

// By what identifies the bytes: nothing in here is ever wrong, only no longer asked for.
const answers = new Lru<string, Blob>(capacity, (answer) => answer.size + overhead)
let numbered = 0

/** What is marked, in order: the index of an entry, times the number of variants, plus its own. */
function marksAmong(ids: readonly (readonly number[])[], marked: readonly FlaggedIds[]): number[] {
  const marks: number[] = []
  for (let k = 0; k < marked.length; k++) {
    const among = marked[k] as FlaggedIds
    if (among.size === 0) continue
    const kind = ids[k] as readonly number[]
    for (let at = 0; at < kind.length; at++) {
      if (among.has(kind[at] as number)) marks.push((at << ids.length) + (1 << k))
    }
  }
  return marks.length < 2 || ids.length === 1 ? marks : merged(marks, ids.length)
}

/** In order, and with those of one entry in one: few entries are marked, fewer in two ways. */
function merged(marks: number[], bits: number): number[] {
  marks.sort((one, other) => one - other)
  const result: number[] = []
  for (const mark of marks) {
    const last = result.at(-1)
    if (last !== undefined && last >> bits === mark >> bits) result[result.length - 1] = last | mark
    else result.push(mark)
  }
  return result
}

/** The answer in which nothing is marked, once it was asked for twice. */
interface Plain extends Reader {
  readonly head: JsonBytes
  readonly tail: string
  /** What no other answer that was ever kept is called. */
  readonly number: number
  joined: Joined | null
}

interface Joined {
  readonly answer: Blob
  /** Where each entry begins in it, and one behind where the last one ends. */
  readonly starts: Uint32Array
}

function join(head: JsonBytes, entries: readonly JsonBytes[], tail: string): Joined {
  const starts = new Uint32Array(entries.length + 1)
  starts[0] = head.length
  for (let i = 0; i < entries.length; i++) {
    starts[i + 1] = (starts[i] as number) + (entries[i] as JsonBytes).length + 1
  }
  return { answer: new Blob([joinEntries(head, entries, tail)]), starts }
}
