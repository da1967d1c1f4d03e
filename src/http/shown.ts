import { type Encoded, joinEntries, type Reader, respondEntries } from './encoded.ts'
import { type EncodeOne, isFor, readerOf } from './encoder.ts'
import { init } from './envelope.ts'

/** Of some ids, those that a viewer has marked: the liked among videos, the followed among users. */
export type Marked = ReadonlySet<number>

/** A list that is to be shown, with the ids by which a viewer's marks are looked up. */
export interface Shown {
  /** Of each kind of mark, the id of every entry. */
  readonly ids: readonly (readonly number[])[]
  /** The list as a viewer is to see it; `marked` has a set for each kind of mark, or none at all. */
  to(marked: readonly Marked[], reader: Reader): View
}

/** A list as one viewer sees it. */
export interface View {
  /** The entries, as JSON. */
  entries(): readonly Encoded[]
  /** An answer of all the entries; `tail` is ASCII. */
  respond(head: Encoded, tail: string): Response
}

/**
 * Shows lists. `keys` say under which ids an entry may be marked; bit k of its variant says whether
 * it is under the k-th. Most viewers have nothing to do with most of what they are shown, so the
 * answer in which nothing is marked is kept from the second time on: as a Blob, because a Response
 * of one takes no copy. Where something is marked, the rest is cut out of that. What is kept of a
 * list, its bytes once and 8 more for each entry and key, goes with the list.
 */
export function showLists<T extends object>(
  encodeOne: EncodeOne<T>,
  ...keys: readonly ((record: T) => number)[]
): (records: readonly T[]) => Shown {
  const kept = new WeakMap<readonly T[], Shown>()
  return (records) => {
    const known = kept.get(records)
    if (known) return known
    const shown = showList(encodeOne, keys, records)
    kept.set(records, shown)
    return shown
  }
}

/** A list of entries that nobody marks and that isn't kept. */
export const viewOf = (entries: readonly Encoded[]): View => ({
  entries: () => entries,
  respond: (head, tail) => respondEntries(head, entries, tail, init),
})

function showList<T extends object>(
  encodeOne: EncodeOne<T>,
  keys: readonly ((record: T) => number)[],
  records: readonly T[],
): Shown {
  const ids = keys.map((key) => records.map(key))
  let kept: Kept | null = null

  const encodeAll = (marks: readonly Mark[], reader: Reader): Encoded[] => {
    const entries = records.map((record) => encodeOne(record, 0, reader))
    for (const { at, variant } of marks) entries[at] = encodeOne(records[at] as T, variant, reader)
    return entries
  }

  const respond = (marks: readonly Mark[], reader: Reader, head: Encoded, tail: string) => {
    if (kept?.head !== head || kept.tail !== tail || !isFor(kept, reader)) {
      kept = { ...readerOf(reader), head, tail, plain: null }
      return respondEntries(head, encodeAll(marks, reader), tail, init)
    }
    kept.plain ??= join(head, encodeAll([], reader), tail)
    const { answer, starts } = kept.plain
    if (marks.length === 0) return new Response(answer, init)
    if (marks.length > records.length / tooMany) {
      return respondEntries(head, encodeAll(marks, reader), tail, init)
    }
    const parts: (Blob | Encoded)[] = []
    let from = 0
    for (const { at, variant } of marks) {
      parts.push(answer.slice(from, starts[at]), encodeOne(records[at] as T, variant, reader))
      // Before the comma, or behind the last one before the tail.
      from = (starts[at + 1] as number) - 1
    }
    parts.push(answer.slice(from))
    return new Response(new Blob(parts), init)
  }

  return {
    ids,
    to(marked, reader) {
      const marks = marksAmong(ids, marked)
      return {
        entries: () => encodeAll(marks, reader),
        respond: (head, tail) => respond(marks, reader, head, tail),
      }
    },
  }
}

/** Where more than one in so many entries are marked, all are joined anew. */
const tooMany = 4

/** An entry with which the viewer has to do something. */
interface Mark {
  readonly at: number
  readonly variant: number
}

function marksAmong(ids: readonly (readonly number[])[], marked: readonly Marked[]): Mark[] {
  const marks: Mark[] = []
  const entries = marked.length === 0 ? 0 : (ids[0]?.length ?? 0)
  for (let at = 0; at < entries; at++) {
    let variant = 0
    for (let k = 0; k < marked.length; k++) {
      const id = (ids[k] as readonly number[])[at] as number
      if ((marked[k] as Marked).has(id)) variant |= 1 << k
    }
    if (variant !== 0) marks.push({ at, variant })
  }
  return marks
}

interface Kept extends Reader {
  readonly head: Encoded
  readonly tail: string
  plain: Joined | null
}

interface Joined {
  readonly answer: Blob
  /** Where each entry begins in it, and one behind where the last one ends. */
  readonly starts: Uint32Array
}

function join(head: Encoded, entries: readonly Encoded[], tail: string): Joined {
  const starts = new Uint32Array(entries.length + 1)
  starts[0] = head.length
  for (let i = 0; i < entries.length; i++) {
    starts[i + 1] = (starts[i] as number) + (entries[i] as Encoded).length + 1
  }
  return { answer: new Blob([joinEntries(head, entries, tail)]), starts }
}
