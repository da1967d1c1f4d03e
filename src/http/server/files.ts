import { Elysia } from 'elysia'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { openHeaders, secureHeaders } from '../response/secure-headers.ts'

const types = { mp4: 'video/mp4', jpg: 'image/jpeg', png: 'image/png' } as const
type Extension = keyof typeof types

/** On every file: it may be shown anywhere, kept for ever, and never be run as a page. */
export const fileHeaders = (extension: Extension, version: string) => ({
  ...secureHeaders,
  'content-type': types[extension],
  etag: `"${version}"`,
  'accept-ranges': 'bytes',
  'cache-control': 'public, max-age=31536000, immutable',
  'content-disposition': `inline; filename="${extension === 'mp4' ? 'video' : 'image'}.${extension}"`,
  // In a tab of its own a browser makes a page around the file, whose player needs the first two.
  'content-security-policy':
    "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  ...openHeaders,
})

/**
 * Makes the handler of a route `/…/:name`, for GET and HEAD: reads the name of the file, whose
 * extension and stem (a pattern) are given.
 * @param respond gets the stem of the name
 * @throws AppError not_found: from the handler, if the name is not like that
 */
export function fileHandler(
  stem: string,
  extension: Extension,
  respond: (request: Request, stem: string) => Promise<Response>,
) {
  const form = new RegExp(`^(${stem})\\.${extension}$`)
  return async ({ request, params }: { request: Request; params: { name: string } }) => {
    const stem = form.exec(params.name)?.[1]
    if (stem === undefined) throw new AppError('not_found')
    return respond(request, stem)
  }
}

/** `/videos/…`, `/covers/…` and `/pictures/…`: what the blob store has, by Range, to players and browsers. */
export const fileRoutes = ({ blobs }: Pick<Context, 'blobs'>) => {
  const handler = (folder: 'videos' | 'covers' | 'pictures', extension: 'mp4' | 'jpg') =>
    fileHandler('[\\w-]+', extension, async (request, stem) => {
      const blob = await blobs.open(`${folder}/${stem}.${extension}`)
      if (!blob) throw new AppError('not_found')
      return respondWithFile(request, blob, fileHeaders(extension, stem))
    })
  const video = handler('videos', 'mp4')
  const cover = handler('covers', 'jpg')
  const picture = handler('pictures', 'jpg')
  return new Elysia({ name: 'files' })
    .get('/videos/:name', video)
    .head('/videos/:name', video)
    .get('/covers/:name', cover)
    .head('/covers/:name', cover)
    .get('/pictures/:name', picture)
    .head('/pictures/:name', picture)
}

function respondWithFile(
  request: Request,
  blob: Blob,
  headers: ReturnType<typeof fileHeaders>,
): Response {
  if (matches(request, headers.etag)) return new Response(null, { status: 304, headers })
  // Bun handles Range and If-Range of a file body itself, straight from the disk, after this function
  // has returned. It ignores a status that is set like this, so only the log reads it.
  const response = new Response(blob, { headers })
  if (request.method !== 'GET' || !request.headers.has('range')) return response
  const status = rangeStatus(request.headers, headers.etag, blob.size)
  return Object.defineProperty(response, 'status', { value: status })
}

/** Whether the caller has this version already. */
export function matches(request: Request, etag: string): boolean {
  const known = request.headers.get('if-none-match')
  if (known === null) return false
  return known === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

/** The largest number that Bun reads in a range; one beyond makes it none. */
const maxRangeBytes = 2n ** 64n - 1n

/**
 * The status with which Bun responds to a GET of a file: 206 with one part, 416 if that begins behind
 * the end, 200 with all of it for whatever else. RFC 9110, 14.2 and 13.1.5.
 * @param size bytes of the file
 */
function rangeStatus(headers: Headers, etag: string, size: number): 200 | 206 | 416 {
  const range = /^bytes[ \t]*=[ \t]*(\d*)[ \t]*-[ \t]*(\d*)$/i.exec(headers.get('range') ?? '')
  const condition = headers.get('if-range')
  if (!range || (condition && condition !== etag)) return 200
  const [first, last] = range.slice(1).map((digits) => (digits === '' ? null : BigInt(digits)))
  if ((first ?? 0n) > maxRangeBytes || (last ?? 0n) > maxRangeBytes) return 200
  // `-5`, the last five bytes.
  if (first == null) return last == null ? 200 : last === 0n ? 416 : 206
  if (first >= BigInt(size)) return 416
  return last != null && last < first ? 200 : 206
}
