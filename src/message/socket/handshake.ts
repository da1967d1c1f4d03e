import type { Config } from '../../config.ts'
import { AppError, type Language } from '../../errors.ts'
import { tokenOf } from '../../http/endpoint/auth.ts'
import { originOf, type Server } from '../../http/endpoint/forwarded.ts'
import { queryParams } from '../../http/endpoint/query.ts'
import { refuse } from '../../http/response/envelope.ts'

/** The subprotocol of a client that puts its token into another one, as browsers have to. */
export const subprotocol = 'douyin'

/** What a client came with. */
export interface Credentials {
  readonly token: string | null
  /** The subprotocol to answer with, if any was offered: a browser gives up without. */
  readonly protocol: string | null
}

/**
 * The token of a handshake: a parameter, `Authorization: Bearer`, or a subprotocol beside `douyin`,
 * bare or as `bearer.<token>`, because scripts in a browser can't set headers here.
 */
export function credentialsOf(request: Request): Credentials {
  const offered = (request.headers.get('sec-websocket-protocol') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const carrier =
    offered.find((name) => name.startsWith('bearer.')) ??
    offered.find((name) => name !== subprotocol)
  const carried = carrier?.replace(/^bearer\./, '').slice(0, 128) ?? null
  return {
    token: tokenOf(request, queryParams(request.url)) ?? carried,
    protocol: offered.includes(subprotocol) ? subprotocol : (carrier ?? null),
  }
}

/**
 * Refuses pages of other sites: browsers let any page open a socket anywhere, and say only in
 * Origin which it was. Apps send none.
 * @throws AppError forbidden
 */
export function checkOrigin(request: Request, server: Server | null, config: Config): void {
  const origin = request.headers.get('origin')
  if (origin === null) return
  if (origin === config.publicUrl) return
  const from = hostOf(origin)
  const own = originOf(request, server, { ...config, publicUrl: null })
  if (from === null || from !== hostOf(own)) throw new AppError('forbidden')
}

/** Answers a handshake that was refused, with a status that no client takes for a success. */
export function refuseHandshake(error: unknown, language: Language, id: string | null): Response {
  const { body, headers, status } = refuse(error, language, {}, id)
  const code = error instanceof AppError ? error.code : 'internal'
  for (const [name, value] of Object.entries(extra[code] ?? {})) headers.set(name, value)
  return new Response(body, { status: statuses[code] ?? (status === 200 ? 400 : status), headers })
}

const statuses: { readonly [code: string]: number } = { unauthorized: 401, forbidden: 403 }
const extra: { readonly [code: string]: Record<string, string> } = {
  unauthorized: { 'www-authenticate': 'Bearer' },
  upgrade_required: { upgrade: 'websocket', connection: 'upgrade' },
}

/** Host and port of an origin; the scheme is another one behind a proxy that ends TLS. */
function hostOf(origin: string): string | null {
  if (!URL.canParse(origin)) return null
  const { protocol, host } = new URL(origin)
  return /^https?:$/.test(protocol) ? host : null
}
