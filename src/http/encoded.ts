/**
 * JSON of one value as UTF-8, ready to be joined and sent. Turning a long JavaScript string into
 * bytes is what an answer costs most, so what is shown often is kept as bytes.
 */
export type Encoded = Uint8Array<ArrayBuffer>

/** Encodes a value that JSON can say. */
export const encode = (value: unknown): Encoded => Buffer.from(JSON.stringify(value))

/** Joins the entries of a JSON list, with commas between, to what stands before and after it. */
export function joinEntries(head: string, entries: readonly Encoded[], tail: string): Encoded {
  const start = bytesOf(head)
  const end = bytesOf(tail)
  let size = start.length + end.length + Math.max(0, entries.length - 1)
  for (const entry of entries) size += entry.length
  const joined = Buffer.allocUnsafe(size)
  joined.set(start)
  let at = start.length
  for (let i = 0; i < entries.length; i++) {
    if (i > 0) joined[at++] = comma
    const entry = entries[i] as Encoded
    joined.set(entry, at)
    at += entry.length
  }
  joined.set(end, at)
  return joined
}

const comma = 0x2c

// Heads and tails are few: an envelope in two languages, the name of a list.
const known = new Map<string, Encoded>()
const fewEnough = 100

function bytesOf(text: string): Encoded {
  const found = known.get(text)
  if (found) return found
  const bytes = Buffer.from(text)
  if (known.size < fewEnough) known.set(text, bytes)
  return bytes
}

/**
 * Keeps the encodings of a record for as long as the record itself is kept, one for each variant (a
 * small number) and for one origin: the one that callers use at the moment.
 */
export function encodings<R extends object>(): (
  record: R,
  origin: string,
  variant: number,
  make: () => Encoded,
) => Encoded {
  const kept = new WeakMap<R, { origin: string; variants: (Encoded | undefined)[] }>()
  return (record, origin, variant, make) => {
    let found = kept.get(record)
    if (found === undefined || found.origin !== origin) {
      found = { origin, variants: [] }
      kept.set(record, found)
    }
    const encoded = found.variants[variant] ?? make()
    found.variants[variant] = encoded
    return encoded
  }
}
