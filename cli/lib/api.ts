import { Failure } from './failure.ts'

/** The fields that every response of the API has, and what the endpoint adds. */
export type ApiResponse = { status_code: number; status_msg?: string } & Record<string, unknown>

/** `status_code`s after which the same request may be sent again: busy, too many, unavailable. */
export const retryCodes: ReadonlySet<number> = new Set([7001, 9429, 9503])

/** The `status_code` for a token that is not valid, or not any more. */
const unauthorized = 1005

/** What to say of a response that is a refusal. */
export function refusalIn({ server }: Pick<Account, 'server'>, response: ApiResponse): Failure {
  const { status_code: code, status_msg: reason } = response
  return new Failure(code === unauthorized ? `The token is not valid on ${server}.` : `${reason}`)
}

/** The connection could not be made or was lost; the same request may be tried again. */
export class ConnectionError extends Failure {}

/** A server, and the token of one of its users. */
export interface Account {
  /** Origin, as `originOf` returns it. */
  readonly server: string
  readonly token: string
}

/**
 * Sends a request to the API and reads its envelope; messages come in English.
 * @throws ConnectionError; Failure, if the response isn't one of a douyin server
 */
export async function call(
  { server, token }: Pick<Account, 'server'> & Partial<Account>,
  path: string,
  init: RequestInit = {},
): Promise<ApiResponse> {
  const headers = new Headers(init.headers)
  headers.set('accept-language', 'en')
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const response = await request(server, path, { ...init, headers })
  const body = await response.json().catch(() => null)
  if (Number.isInteger(body?.status_code)) return body
  // A proxy before the server has a limit of its own.
  if (response.status === 413) throw new Failure(`What was sent is larger than ${server} accepts.`)
  if (response.status >= 502) {
    throw new ConnectionError(`${server} is not available (${response.status}).`)
  }
  throw new Failure(`${server} does not answer like a douyin server (HTTP ${response.status}).`)
}

/** The origin in an address as people write it, `host:8080` included. @throws Failure */
export function originOf(text: string): string {
  const full = text.includes('://') ? text : `http://${text}`
  if (/^https?:/i.test(full) && URL.canParse(full)) return new URL(full).href.replace(/\/+$/, '')
  throw new Failure(`--server: '${text}' is not an address such as http://127.0.0.1:8080.`, 2)
}

async function request(server: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(server + path, { ...init, redirect: 'manual' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
      throw new ConnectionError(`There is no server at ${server}.`)
    }
    const reason = code === 'ECONNRESET' ? '' : ` (${message})`
    throw new ConnectionError(`The connection to ${server} broke${reason}.`)
  }
}
