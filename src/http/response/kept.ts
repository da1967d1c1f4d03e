import { matches } from '../server/files.ts'
import { gzip, takesGzip } from './gzip.ts'
import type { JsonBytes } from './json-bytes.ts'

/** A body that stays the same for as long as the process runs; compressed when first asked for. */
export interface Kept {
  readonly body: JsonBytes
  readonly headers: Readonly<Record<string, string>>
  readonly etag: string
  packed: JsonBytes | null | undefined
}

/** Keeps a body; browsers that have it already are to ask whether it is still that. */
export const keep = (body: JsonBytes, headers: Readonly<Record<string, string>>): Kept => ({
  body,
  headers: {
    'cache-control': 'no-cache',
    vary: 'accept-encoding, accept-language',
    ...headers,
  },
  etag: Bun.hash(body).toString(36),
  packed: undefined,
})

/** The response with a kept body: compressed or not, or 304. Each form has an ETag of its own. */
export function respondKept(request: Request, kept: Kept): Response {
  const plain = `"${kept.etag}"`
  const zipped = `"${kept.etag}-gzip"`
  if (takesGzip(request) && kept.packed === undefined) kept.packed = gzip(kept.body)
  const packed = takesGzip(request) ? kept.packed : null
  const etag = packed ? zipped : plain
  const headers = { ...kept.headers, etag }
  if (matches(request, etag)) return new Response(null, { status: 304, headers })
  if (!packed) return new Response(kept.body, { headers })
  return new Response(packed, { headers: { ...headers, 'content-encoding': 'gzip' } })
}
