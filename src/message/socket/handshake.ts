import { AppError, type Language } from '../../errors.ts'
import { tokenOf } from '../../http/endpoint/auth.ts'
import { queryParams } from '../../http/endpoint/query.ts'
import { refuse } from '../../http/response/envelope.ts'

/** The subprotocol of a client that puts its token into another one, as browsers have to. */
const subprotocol = 'douyin'

/**
 * The token of a handshake: a parameter, `Authorization: Bearer`, or a subprotocol beside `douyin`,
 * bare or as `bearer.<token>`, because scripts in a browser can't set headers here. Beside it the
 * subprotocol to accept, if any was offered: without it a browser closes the socket.
 */
export function credentialsOf(request: Request) {
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

/** The response to a handshake that was refused, with a status that no client takes for a success. */
export function refuseHandshake(error: unknown, language: Language, id: string | null): Response {
  const { body, headers, status } = refuse(error, language, {}, id)
  const code = error instanceof AppError ? error.code : 'internal'
  for (const [name, value] of Object.entries(extra[code] ?? {})) headers.set(name, value)
  return new Response(body, { status: statuses[code] ?? (status === 200 ? 400 : status), headers })
}

const statuses: { readonly [code: string]: number } = { unauthorized: 401 }
const extra: { readonly [code: string]: Record<string, string> } = {
  unauthorized: { 'www-authenticate': 'Bearer' },
  upgrade_required: { upgrade: 'websocket', connection: 'upgrade' },
}
