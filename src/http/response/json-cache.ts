import type { JsonBytes, Reader } from './json-bytes.ts'

/** Encodes one record in one of its variants: a small number for what the viewer has to do with it. */
export type EncodeRecord<T> = (record: T, variant: number, reader: Reader) => JsonBytes

/**
 * Keeps what was encoded of a record for as long as the record itself is kept, for one reader: the
 * origin and the language that callers use at the moment.
 */
export function cacheJson<T extends object>(make: EncodeRecord<T>): EncodeRecord<T> {
  const kept = new WeakMap<T, ReaderVariants>()
  return (record, variant, reader) => {
    let found = kept.get(record)
    if (found === undefined || !isFor(found, reader)) {
      found = { ...readerOf(reader), unmarked: null, marked: [] }
      kept.set(record, found)
    }
    if (variant === 0) {
      found.unmarked ??= make(record, 0, reader)
      return found.unmarked
    }
    const encoded = found.marked[variant] ?? make(record, variant, reader)
    found.marked[variant] = encoded
    return encoded
  }
}

interface ReaderVariants extends Reader {
  /** Variant 0, which is asked for nearly always; it lies here to be found with fewer looks. */
  unmarked: JsonBytes | null
  readonly marked: (JsonBytes | undefined)[]
}

/** Whether what was made for one reader suits another. */
export const isFor = (found: Reader, reader: Reader): boolean =>
  found.origin === reader.origin && found.language === reader.language

/** A reader and nothing else of a request. */
export const readerOf = ({ origin, language }: Reader): Reader => ({ origin, language })
