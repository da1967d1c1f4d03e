import { brotliCompressSync, constants, gunzipSync, gzipSync } from 'node:zlib'
import type { BundledFile } from './bundle.ts'

type Encoding = 'br' | 'gzip' | null

/** The encoding that a response to this request should have. RFC 9110, 12.5.3, without its ranks. */
export function encodingFor(request: Request): Encoding {
  const accepted = (request.headers.get('accept-encoding') ?? '').toLowerCase().split(',')
  const takes = (name: string) =>
    accepted.some((one) => new RegExp(`^\\s*${name}\\s*(;\\s*q=(?!0(\\.0*)?\\s*$)|$)`).test(one))
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : null
}

const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** A response with a text that is made for it. */
export function textResponse(
  request: Request,
  text: string,
  init: { status?: number; headers: Record<string, string> },
): Response {
  const encoding = encodingFor(request)
  const bytes = Buffer.from(text)
  const body =
    encoding === 'br'
      ? brotliCompressSync(bytes, quickly)
      : encoding === 'gzip'
        ? gzipSync(bytes)
        : bytes
  return new Response(new Uint8Array(body), {
    ...init,
    headers: { ...init.headers, ...of(encoding) },
  })
}

/** A response with a file that is compressed already. */
export function fileResponse(
  request: Request,
  file: BundledFile,
  headers: Record<string, string>,
): Response {
  const encoding = encodingFor(request)
  const body = encoding === null ? new Uint8Array(gunzipSync(file.gzip)) : file[encoding]
  return new Response(body, { headers: { 'content-type': file.type, ...headers, ...of(encoding) } })
}

const of = (encoding: Encoding): Record<string, string> => ({
  vary: 'accept-encoding, accept-language',
  ...(encoding === null ? {} : { 'content-encoding': encoding }),
})
