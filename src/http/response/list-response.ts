import { responseInit } from './envelope.ts'
import { type JsonBytes, joinEntries, type Reader, respondEntries } from './json-bytes.ts'
import { type EncodeRecord, isFor, readerOf } from './json-cache.ts'

/** Ids for which a flag of one viewer is set: the liked among videos, the followed among users. */
export type FlaggedIds = ReadonlySet<number>

/** A list whose entries have flags that differ from viewer to viewer (`is_favorite`, `is_follow`). */
export interface FlaggableList {
  /** For each flag, the id of every entry under which the flag is looked up. */
  readonly ids: readonly (readonly number[])[]
  /** The list for one viewer; `flagged` has a set for each flag, or none at all. */
  to(flagged: readonly FlaggedIds[], reader: Reader): ListResponse
}

/** A list as one viewer is to see it. */
export interface ListResponse {
  /** The entries, as JSON. */
  entries(): readonly JsonBytes[]
  /** A response with all the entries; `tail` is ASCII. */
  respond(head: JsonBytes, tail: string): Response
}

/**
 * Makes responses of lists. `keys` say under which id of an entry each flag is looked up; bit k of
 * `flags` is set where the k-th is. Most viewers have liked and followed nothing of what they see,
 * and whoever has looks at a list again. So the response without flags and the last one with any are
 * kept from the second time on, for as long as the list is: as a Blob, because a Response of one
 * takes no copy.
 */
export function listResponses<T extends object>(
  encode: EncodeRecord<T>,
  ...keys: readonly ((record: T) => number)[]
): (records: readonly T[]) => FlaggableList {
  const lists = new WeakMap<readonly T[], FlaggableList>()
  return (records) => {
    const known = lists.get(records)
    if (known) return known
    const list = flaggableList(encode, keys, records)
    lists.set(records, list)
    return list
  }
}

/** A list whose entries have no flags, and that isn't kept. */
export const unflaggedList = (entries: readonly JsonBytes[]): ListResponse => ({
  entries: () => entries,
  respond: (head, tail) => respondEntries(head, entries, tail, responseInit),
})

function flaggableList<T extends object>(
  encode: EncodeRecord<T>,
  keys: readonly ((record: T) => number)[],
  records: readonly T[],
): FlaggableList {
  const ids = keys.map((key) => records.map(key))
  const encodeAll = (flags: Uint8Array | null, reader: Reader) =>
    records.map((record, at) => encode(record, flags?.[at] ?? 0, reader))
  let plain: Kept | null = null
  let ofViewer: Kept | null = null

  return {
    ids,
    to(flagged, reader) {
      const flags = flagsOf(ids, flagged)
      return {
        entries: () => encodeAll(flags, reader),
        respond(head, tail) {
          const kept = flags === null ? plain : ofViewer
          if (!kept || !isResponseFor(kept, flags, head, tail, reader)) {
            const first: Kept = { ...readerOf(reader), flags, head, tail, body: null }
            if (flags === null) plain = first
            else ofViewer = first
            return respondEntries(head, encodeAll(flags, reader), tail, responseInit)
          }
          kept.body ??= new Blob([joinEntries(head, encodeAll(flags, reader), tail)])
          return new Response(kept.body, responseInit)
        },
      }
    },
  }
}

const isResponseFor = (
  kept: Kept,
  flags: Uint8Array | null,
  head: JsonBytes,
  tail: string,
  reader: Reader,
) =>
  kept.head === head &&
  kept.tail === tail &&
  isFor(kept, reader) &&
  (flags === null || (kept.flags !== null && Buffer.compare(kept.flags, flags) === 0))

/** The flags of every entry, null if none of them has any. */
function flagsOf(
  ids: readonly (readonly number[])[],
  flagged: readonly FlaggedIds[],
): Uint8Array | null {
  let flags: Uint8Array | null = null
  flagged.forEach((set, k) => {
    const own = set.size > 0 ? (ids[k] ?? []) : []
    // By index: an iterator takes 0.4 µs instead of 0.1, and every list of a logged-in viewer pays.
    for (let at = 0; at < own.length; at++) {
      // biome-ignore lint/style/noNonNullAssertion: `at` is below its length
      if (!set.has(own[at]!)) continue
      flags ??= new Uint8Array(own.length)
      // biome-ignore lint/style/noNonNullAssertion: `at` is below its length
      flags[at]! |= 1 << k
    }
  })
  return flags
}

/** A response as it was last asked for; `body` is there from the second time on. */
interface Kept extends Reader {
  readonly flags: Uint8Array | null
  readonly head: JsonBytes
  readonly tail: string
  body: Blob | null
}
