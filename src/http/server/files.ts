import { Elysia } from 'elysia'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { languageOf } from '../endpoint/language.ts'
import { refuse } from '../response/envelope.ts'
import { secureHeaders } from '../response/secure-headers.ts'
import { rangeStatus } from './ranges.ts'

const types = { mp4: 'video/mp4', jpg: 'image/jpeg', png: 'image/png' } as const

/** On every file: it may be shown anywhere, kept for ever, and never be run as a page. */
export const fileHeaders = (extension: keyof typeof types, version: string) => ({
  ...secureHeaders,
  'content-type': types[extension],
  etag: `"${version}"`,
  'accept-ranges': 'bytes',
  'cache-control': 'public, max-age=31536000, immutable',
  'content-disposition': `inline; filename="${extension === 'mp4' ? 'video' : 'image'}.${extension}"`,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
})

/** `/videos/…` and `/covers/…`: what the blob store has, by Range, to players and browsers. */
export const fileRoutes = (ctx: Context) =>
  new Elysia({ name: 'files' })
    .get('/videos/:name', ({ request, params }) => answerFile(ctx, request, 'videos', params.name))
    .head('/videos/:name', ({ request, params }) => answerFile(ctx, request, 'videos', params.name))
    .get('/covers/:name', ({ request, params }) => answerFile(ctx, request, 'covers', params.name))
    .head('/covers/:name', ({ request, params }) => answerFile(ctx, request, 'covers', params.name))

async function answerFile(ctx: Context, request: Request, folder: string, file: string) {
  const [, stem = '', extension] = /^([\w-]+)\.(mp4|jpg)$/.exec(file) ?? []
  const blob = extension ? await ctx.blobs.open(`${folder}/${file}`) : null
  if (!blob) return refuse(new AppError('not_found'), languageOf(request))
  const headers = fileHeaders(extension as 'mp4' | 'jpg', stem)
  if (matches(request, headers.etag)) return new Response(null, { status: 304, headers })
  // Bun answers Range and If-Range of a file body by itself, straight from the disk, and tells
  // nobody. It keeps to the status that it was given, so what is set here is read by the log alone.
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
