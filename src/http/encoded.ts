import type { Language } from '../errors.ts'

/**
 * JSON of one value as UTF-8, ready to be joined and sent. Turning a long JavaScript string into
 * bytes is what an answer costs most, so what is shown often is kept as bytes.
 */
export type Encoded = Uint8Array<ArrayBuffer>

/** For whom something is encoded: what its absolute URLs start with, and which language it speaks. */
export interface Reader {
  readonly origin: string
  readonly language: Language
}

/** Encodes a value that JSON can say. */
export const encode = (value: unknown): Encoded => Buffer.from(JSON.stringify(value))

/** Joins the entries of a JSON list, with commas between, to what stands before and after it. */
export function joinEntries(head: string, entries: readonly Encoded[], tail: string): Encoded {
  const joined = Buffer.allocUnsafe(sizeOf(head, entries, tail))
  write(joined, head, entries, tail)
  return joined
}

/**
 * The same for an answer that is made right away: joined in one buffer that all answers share, since
 * a Response takes a copy.
 */
export function respondEntries(
  head: string,
  entries: readonly Encoded[],
  tail: string,
  init: ResponseInit,
): Response {
  const size = sizeOf(head, entries, tail)
  if (size > shared.length) return new Response(joinEntries(head, entries, tail), init)
  write(shared, head, entries, tail)
  return new Response(shared.subarray(0, size), init)
}

const shared: Encoded = Buffer.alloc(1 << 20)

const sizeOf = (head: string, entries: readonly Encoded[], tail: string): number => {
  let size = bytesOf(head).length + bytesOf(tail).length + Math.max(0, entries.length - 1)
  for (const entry of entries) size += entry.length
  return size
}

function write(target: Encoded, head: string, entries: readonly Encoded[], tail: string): void {
  const start = bytesOf(head)
  target.set(start)
  let at = start.length
  for (let i = 0; i < entries.length; i++) {
    if (i > 0) target[at++] = comma
    const entry = entries[i] as Encoded
    target.set(entry, at)
    at += entry.length
  }
  target.set(bytesOf(tail), at)
}

const comma = 0x2c

// Heads and tails are mostly the same few: an envelope in two languages, the name of a list.
const known = new Map<string, Encoded>()
const fewEnough = 100

function bytesOf(text: string): Encoded {
  const found = known.get(text)
  if (found) return found
  const bytes = Buffer.from(text)
  if (known.size < fewEnough) known.set(text, bytes)
  return bytes
}
