import type { Language } from '../../errors.ts'

/**
 * JSON of one value as UTF-8, ready to be joined and sent. Turning a long JavaScript string into
 * bytes is the most expensive part of a response, so what is sent often is kept as bytes.
 */
export type JsonBytes = Uint8Array<ArrayBuffer>

/** For whom something is encoded: what absolute URLs start with, and the language. */
export interface Reader {
  readonly origin: string
  readonly language: Language
}

/** Encodes a value as JSON. */
export const jsonBytes = (value: unknown): JsonBytes => Buffer.from(JSON.stringify(value))

/** Encodes a part of a response that is the same in all of them. */
export const utf8Bytes = (text: string): JsonBytes => Buffer.from(text)

/**
 * Joins the entries of a JSON list, with commas between, and what stands before and after it.
 * @param tail is ASCII
 */
export function joinEntries(
  head: JsonBytes,
  entries: readonly JsonBytes[],
  tail: string,
): JsonBytes {
  const joined = Buffer.allocUnsafe(sizeOf(head, entries, tail))
  write(joined, head, entries, tail)
  return joined
}

/**
 * The same for what is used up at once: joined in one buffer that all share, since a Response takes a
 * copy. With a buffer for each, a feed of a viewer took 25 instead of 19 µs.
 * @param tail is ASCII
 * @returns bytes that the next call overwrites
 */
export function joinShared(
  head: JsonBytes,
  entries: readonly JsonBytes[],
  tail: string,
): JsonBytes {
  const size = sizeOf(head, entries, tail)
  if (size > shared.length) return joinEntries(head, entries, tail)
  write(shared, head, entries, tail)
  return shared.subarray(0, size)
}

const shared = Buffer.alloc(1 << 20)

const sizeOf = (head: JsonBytes, entries: readonly JsonBytes[], tail: string): number => {
  let size = head.length + tail.length + Math.max(0, entries.length - 1)
  for (const entry of entries) size += entry.length
  return size
}

function write(target: Buffer, head: JsonBytes, entries: readonly JsonBytes[], tail: string): void {
  target.set(head)
  let at = head.length
  for (let i = 0; i < entries.length; i++) {
    if (i > 0) target[at++] = comma
    const entry = entries[i] as JsonBytes
    target.set(entry, at)
    at += entry.length
  }
  target.write(tail, at, 'latin1')
}

const comma = 0x2c
