import type { JsonBytes, Reader } from './json-bytes.ts'

/** Encodes one record; bit k of `flags` says whether its k-th flag is set for the viewer. */
export type EncodeRecord<T> = (record: T, flags: number, reader: Reader) => JsonBytes

/**
 * Keeps the JSON of a record for as long as the record itself is kept, for one reader: the origin
 * and the language of the latest call.
 */
export function cacheJson<T extends object>(make: EncodeRecord<T>): EncodeRecord<T> {
  const kept = new WeakMap<T, KeptJson>()
  return (record, flags, reader) => {
    let found = kept.get(record)
    if (found === undefined || !isFor(found, reader)) {
      found = { ...readerOf(reader), json: [] }
      kept.set(record, found)
    }
    const encoded = found.json[flags] ?? make(record, flags, reader)
    found.json[flags] = encoded
    return encoded
  }
}

/** What was made for one reader, by the flags. */
interface KeptJson extends Reader {
  readonly json: (JsonBytes | undefined)[]
}

/** Whether what was made for one reader is right for another. */
export const isFor = (found: Reader, reader: Reader): boolean =>
  found.origin === reader.origin && found.language === reader.language

/** A reader and nothing else of a request. */
export const readerOf = ({ origin, language }: Reader): Reader => ({ origin, language })
