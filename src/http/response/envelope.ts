import type { TSchema } from '@sinclair/typebox'
import { AppError, type Language } from '../../errors.ts'
import { type JsonBytes, utf8Bytes } from './json-bytes.ts'
import { openHeaders, secureHeaders } from './secure-headers.ts'

/**
 * On every response of the API: readable by any page. Each header costs every response 0.2 µs, so a
 * success has no `vary`, which is about what caches may use again (RFC 9110, 12.5.5) and they are to
 * store none of these, and exposes no header, since it has none that a page needs.
 */
export const apiHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'access-control-allow-origin': '*',
  ...secureHeaders,
} as const

const success = { zh: '成功', en: 'success' } as const

/** The envelope of a success, open: fields follow, then `}`. */
const opening = (language: Language): string =>
  `{"status_code":0,"status_msg":"${success[language]}"`

/** How the responses of one endpoint begin, in each language. */
export type Openings = Readonly<Record<Language, JsonBytes>>

/**
 * The same envelope up to where the value of a field begins, or with `[` the entries of a list;
 * `fields` are those before it.
 */
export function openingsOf(field: string, bracket: '' | '[' = '', fields: object = {}): Openings {
  const before = Object.entries(fields).map(
    ([name, value]) => `"${name}":${JSON.stringify(value)},`,
  )
  const rest = `,${before.join('')}"${field}":${bracket}`
  return { zh: utf8Bytes(opening('zh') + rest), en: utf8Bytes(opening('en') + rest) }
}

/** What a Response of the API is made with; it takes less time to copy these than a plain object. */
export const responseInit = { headers: new Headers(apiHeaders) }
/** The same for a body that is gzip. */
export const gzipInit = { headers: new Headers({ ...apiHeaders, 'content-encoding': 'gzip' }) }
const bare = { zh: new Blob([`${opening('zh')}}`]), en: new Blob([`${opening('en')}}`]) }

/** A success, with the fields of the endpoint beside the envelope's own. */
export function succeed(fields: object, language: Language): Response {
  const rest = JSON.stringify(fields)
  if (rest === '{}') return new Response(bare[language], responseInit)
  return new Response(`${opening(language)},${rest.slice(1)}`, responseInit)
}

/**
 * A failure: the error's own sentence if it is meant for callers, else the bare `internal`. The
 * `blank` fields of the endpoint come with it, because required means always.
 * @param id under which the failure was logged, for the caller to report
 */
export function refuse(
  error: unknown,
  language: Language,
  blank: object = {},
  id: string | null = null,
): Response {
  const known = error instanceof AppError ? error : new AppError('internal')
  const { retryAfter, allow } = known.details
  const headers = {
    ...apiHeaders,
    ...openHeaders,
    ...(retryAfter ? { 'retry-after': String(retryAfter) } : {}),
    // RFC 9110, 15.5.6: a refused method comes with those that are allowed.
    ...(allow ? { allow: String(allow) } : {}),
    ...(id ? { 'x-request-id': id } : {}),
  }
  const text = known.text(language)
  return new Response(
    JSON.stringify({
      status_code: known.statusCode,
      status_msg: id ? `${text} (${id})` : text,
      ...blank,
    }),
    { status: known.status, headers },
  )
}

/** The blank value of a schema: 0, '', false, [] and objects of what they require. */
export function blankOf({ type, required = [], properties }: TSchema): unknown {
  if (type === 'array') return []
  if (type === 'boolean') return false
  if (type === 'integer' || type === 'number') return 0
  if (type !== 'object') return ''
  return Object.fromEntries(required.map((name: string) => [name, blankOf(properties[name])]))
}
