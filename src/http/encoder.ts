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

/**
 * Encodes a list, as pieces of JSON to be put behind one another with commas between. Most entries
 * are in variant 0: nothing between the viewer and what is shown. So of a list that is asked for a
 * second time these are kept joined, and a piece is a whole run of them. `variantOf` says which
 * variant of a record the flags of a viewer ask for.
 */
export function keepEncodedLists<T extends object, F>(
  encodeOne: EncodeOne<T>,
  variantOf: (record: T, flags: F) => number,
): (records: readonly T[], flags: F, reader: Reader) => Encoded[] {
  const kept = new WeakMap<readonly T[], Reader & { joined: Joined | null }>()
  return (records, flags, reader) => {
    const known = kept.get(records)
    if (known === undefined || !isFor(known, reader)) {
      kept.set(records, { ...readerOf(reader), joined: null })
      return records.map((record) => encodeOne(record, variantOf(record, flags), reader))
    }
    known.joined ??= join(records.map((record) => encodeOne(record, 0, reader)))
    const pieces: Encoded[] = []
    let from = 0
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as T
      const variant = variantOf(record, flags)
      if (variant === 0) continue
      if (i > from) pieces.push(known.joined.run(from, i))
      pieces.push(encodeOne(record, variant, reader))
      from = i + 1
    }
    if (from < records.length) pieces.push(known.joined.run(from, records.length))
    return pieces
  }
}

interface Joined {
  /** The entries from one index to before another. */
  run(from: number, to: number): Encoded
}

function join(entries: readonly Encoded[]): Joined {
  const whole = joinEntries('', entries, '')
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

interface ReaderVariants extends Reader {
  readonly variants: (Encoded | undefined)[]
}

const isFor = (found: Reader, reader: Reader): boolean =>
  found.origin === reader.origin && found.language === reader.language

const readerOf = ({ origin, language }: Reader): Reader => ({ origin, language })
