import { type Encoded, joinEntries, type Reader } from './encoded.ts'

/** Encodes one record in one of its variants: a small number for what the viewer has to do with it. */
type EncodeOne<T> = (record: T, variant: number, reader: Reader) => Encoded

/**
 * Keeps what was encoded of a record for as long as the record itself is kept, for one reader: the
 * origin and the language that callers use at the moment.
 */
export function keepEncoded<T extends object>(make: EncodeOne<T>): EncodeOne<T> {
  const kept = new WeakMap<T, ReaderVariants>()
  return (record, variant, reader) => {
    let found = kept.get(record)
    if (found === undefined || !isFor(found, reader)) {
      found = { ...readerOf(reader), variants: [] }
      kept.set(record, found)
    }
    const encoded = found.variants[variant] ?? make(record, variant, reader)
    found.variants[variant] = encoded
    return encoded
  }
}

/** Ids of which a viewer has marked some: the liked among videos, the followed among users. */
export type Marked = ReadonlySet<number>

/** A list that is to be shown, with the ids by which a viewer's marks are looked up. */
export interface Shown {
  /** Of each kind of mark, the id of every entry. */
  readonly ids: readonly (readonly number[])[]
  /**
   * Its entries, as pieces of JSON to be put behind one another with commas between; `marked` has a
   * set for each kind of mark.
   */
  pieces(marked: readonly Marked[], reader: Reader): readonly Encoded[]
}

/**
 * Shows lists. `keys` say under which ids an entry may be marked; bit k of its variant says whether
 * it is under the k-th. Most entries are in variant 0: nothing between the viewer and what is shown.
 * So of a list that is asked for a second time these are kept joined, and a piece is a whole run of
 * them. What is kept of a list goes with it.
 */
export function keepEncodedLists<T extends object>(
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

function showList<T extends object>(
  encodeOne: EncodeOne<T>,
  keys: readonly ((record: T) => number)[],
  records: readonly T[],
): Shown {
  const ids = keys.map((key) => records.map(key))
  let last: Reader | null = null
  let joined: Joined | null = null

  const variantOf = (at: number, marked: readonly Marked[]): number => {
    let variant = 0
    for (let k = 0; k < ids.length; k++) {
      if (marked[k]?.has(ids[k]?.[at] as number)) variant |= 1 << k
    }
    return variant
  }

  return {
    ids,
    pieces(marked, reader) {
      if (last === null || !isFor(last, reader)) {
        last = readerOf(reader)
        joined = null
        return records.map((record, at) => encodeOne(record, variantOf(at, marked), reader))
      }
      joined ??= join(records.map((record) => encodeOne(record, 0, reader)))
      const pieces: Encoded[] = []
      let from = 0
      for (let at = 0; at < records.length; at++) {
        const variant = variantOf(at, marked)
        if (variant === 0) continue
        if (at > from) pieces.push(joined.run(from, at))
        pieces.push(encodeOne(records[at] as T, variant, reader))
        from = at + 1
      }
      if (from < records.length) pieces.push(joined.run(from, records.length))
      return pieces
    },
  }
}

interface Joined {
  /** The entries from one index to before another. */
  run(from: number, to: number): Encoded
}

function join(entries: readonly Encoded[]): Joined {
  const whole = joinEntries(none, entries, none)
  const starts = new Uint32Array(entries.length + 1)
  for (let i = 0; i < entries.length; i++) {
    starts[i + 1] = (starts[i] as number) + (entries[i] as Encoded).length + 1
  }
  return {
    run: (from, to) =>
      from === 0 && to === entries.length
        ? whole
        : whole.subarray(starts[from], (starts[to] as number) - 1),
  }
}

const none: Encoded = new Uint8Array(0)

interface ReaderVariants extends Reader {
  readonly variants: (Encoded | undefined)[]
}

const isFor = (found: Reader, reader: Reader): boolean =>
  found.origin === reader.origin && found.language === reader.language

const readerOf = ({ origin, language }: Reader): Reader => ({ origin, language })
