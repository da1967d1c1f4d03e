import type { Encoded, Reader } from './encoded.ts'

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
 * Encodes the entries of a list; of one that was handed out before, without looking its records up
 * again. `variantOf` says which variant of a record the flags of a viewer ask for.
 */
export function keepEncodedLists<T extends object, F>(
  encodeOne: EncodeOne<T>,
  variantOf: (record: T, flags: F) => number,
): (records: readonly T[], flags: F, reader: Reader) => Encoded[] {
  const kept = new WeakMap<readonly T[], Reader & { entries: (Encoded | undefined)[][] }>()
  return (records, flags, reader) => {
    let found = kept.get(records)
    if (found === undefined || !isFor(found, reader)) {
      found = { ...readerOf(reader), entries: records.map(() => []) }
      kept.set(records, found)
    }
    const { entries } = found
    return records.map((record, i) => {
      const variant = variantOf(record, flags)
      const variants = entries[i] as (Encoded | undefined)[]
      const encoded = variants[variant] ?? encodeOne(record, variant, reader)
      variants[variant] = encoded
      return encoded
    })
  }
}

interface ReaderVariants extends Reader {
  readonly variants: (Encoded | undefined)[]
}

const isFor = (found: Reader, reader: Reader): boolean =>
  found.origin === reader.origin && found.language === reader.language

const readerOf = ({ origin, language }: Reader): Reader => ({ origin, language })
