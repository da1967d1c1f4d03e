import { AppError } from '../../errors.ts'
import type { Awaitable } from '../../lib/awaitable.ts'
import type { RawParams } from './params.ts'
import { queryParams, readQuery } from './query.ts'

/** Largest body of a request that uploads nothing: the longest texts need a third of it. */
export const maxBodyBytes = 128 << 10

/** Time that such a body may take to arrive. */
const bodyMs = 30_000

/**
 * Gathers the parameters of a request from its query and its body, whichever form that has. The
 * body wins over the query; of a repeated key the first counts, in JSON the last.
 * @throws AppError invalid_request, body_too_large, body_too_slow
 */
export function gatherParams(request: Request): Awaitable<RawParams> {
  // Bun hands out no body of a GET, whatever came with it.
  const queryOnly = request.method === 'GET' || !hasBody(request)
  return queryOnly ? readQuery(request.url) : withBody(request)
}

async function withBody(request: Request): Promise<RawParams> {
  return mergeParams(queryParams(request.url), await bodyParams(request))
}

/** The parameters of a query and those of a body, which win unless they are empty. */
export function mergeParams(
  query: Map<string, unknown>,
  body: ReadonlyMap<string, unknown>,
): Map<string, unknown> {
  for (const [name, value] of body) if (value !== '' || !query.has(name)) query.set(name, value)
  return query
}

/** Whether anything follows the headers; most requests of the app have a query and no more. */
function hasBody(request: Request): boolean {
  const length = request.headers.get('content-length')
  return length === null ? request.headers.has('transfer-encoding') : length !== '0'
}

async function bodyParams(request: Request): Promise<Map<string, unknown>> {
  const header = request.headers.get('content-type') ?? ''
  const type = header.toLowerCase()
  const bytes = await readBody(request)
  if (bytes.length === 0) return new Map()
  if (type.includes('json')) return jsonParams(decode(bytes, 'JSON'))
  if (type.includes('urlencoded')) return queryParams(`?${decode(bytes, 'UTF-8')}`)
  if (type.includes('multipart')) return multipartParams(bytes, header)
  // Some clients say nothing of what they send, or what their library says of any text.
  if (!/^$|^text\/plain|octet-stream/.test(type)) return new Map()
  if (firstCharacter(bytes) === '{') return jsonParams(decode(bytes, 'JSON'))
  return type === '' ? queryParams(`?${decode(bytes, 'UTF-8')}`) : new Map()
}

/** Behind the mark that some editors and libraries begin a text with. */
const firstCharacter = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim()[0]

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) {
    throw new AppError('body_too_large')
  }
  const chunks: Uint8Array[] = []
  const deadline = performance.now() + bodyMs
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length
      if (size > maxBodyBytes) throw new AppError('body_too_large')
      if (performance.now() > deadline) throw new AppError('body_too_slow')
      chunks.push(chunk)
    }
  } catch (error) {
    // A caller who breaks off, or sends chunks that are malformed, is no failure of ours to be logged.
    throw error instanceof AppError ? error : new AppError('invalid_request', { reason: 'body' })
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/**
 * The fields of a JSON object; null counts as absent.
 * @throws AppError invalid_request
 */
export function jsonParams(text: string): Map<string, unknown> {
  const value = attempt('JSON', () => JSON.parse(text) as unknown)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_request', { reason: 'JSON' })
  }
  return new Map(Object.entries(value).filter(([, field]) => field !== null))
}

async function multipartParams(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<Map<string, unknown>> {
  const params = new Map<string, unknown>()
  try {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
    for (const [name, value] of form) if (!params.has(name)) params.set(name, value)
  } catch {
    throw new AppError('invalid_request', { reason: 'multipart' })
  }
  return params
}

const strict = new TextDecoder('utf-8', { fatal: true })
const decode = (bytes: Uint8Array, reason: string) => attempt(reason, () => strict.decode(bytes))

function attempt<T>(reason: string, parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new AppError('invalid_request', { reason })
  }
}
