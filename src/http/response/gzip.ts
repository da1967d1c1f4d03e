import { gzipSync } from 'bun'
import type { JsonBytes } from './json-bytes.ts'

// Nearly every request has the header of the one before: no need to parse it again.
let last = ''
let accepted = false

/** Whether the caller takes gzip, by Accept-Encoding (RFC 9110, 12.5.3). */
export function takesGzip(request: Request): boolean {
  const header = request.headers.get('accept-encoding')
  if (header === null) return false
  if (header !== last) {
    accepted = accepts(header)
    last = header
  }
  return accepted
}

/** `*` stands for every coding that isn't named; a weight of 0 forbids one. */
function accepts(header: string): boolean {
  let any = false
  for (const part of header.toLowerCase().split(',', 32)) {
    const [coding = '', ...options] = part.split(';').map((text) => text.trim())
    const weight = options.find((option) => /^q *=/.test(option))?.replace(/^q *= */, '') ?? '1'
    const takes = /^(0(\.\d{1,3})?|1(\.0{1,3})?)$/.test(weight) && Number(weight) > 0
    if (coding === 'gzip' || coding === 'x-gzip') return takes
    if (coding === '*') any = takes
  }
  return any
}

/** Less than this fits into one packet anyway. */
const minBytes = 1024

/**
 * The bytes as gzip, null where that doesn't help. The lowest level: a feed of 16 KB takes about as
 * long as making it, and comes out hardly larger than by the highest. The result is not shared.
 */
export function gzip(bytes: JsonBytes): JsonBytes | null {
  if (bytes.length < minBytes) return null
  const packed = gzipSync(bytes, { level: 1, library: 'libdeflate' })
  return packed.length < bytes.length * maxShare ? packed : null
}

/** What isn't made smaller than this is sent as it is. */
const maxShare = 0.8
