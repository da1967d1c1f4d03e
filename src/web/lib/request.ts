import type { Static, TObject } from '@sinclair/typebox'
import { language, words } from './language.ts'
import { session, setSession } from './session.ts'
import { toast } from './toast.ts'

/** A contract of the API, as far as types go: see `src/http/endpoint/contract.ts`. */
interface Contract {
  readonly params: TObject
  readonly response: TObject
}

type Params<C extends Contract> = {
  readonly [K in keyof Static<C['params']>]: Static<C['params']>[K] | undefined
}

/** Why a request failed: what the server said, or that it couldn't be reached. */
export class RequestError extends Error {
  readonly kind: 'refused' | 'offline' | 'slow-down' | 'logged-out' | 'broken'
  /** The `status_code` of the envelope, 0 if there was none. */
  readonly code: number

  constructor(kind: RequestError['kind'], message: string, code = 0) {
    super(message)
    this.kind = kind
    this.code = code
  }
}

const unauthorized = 1005
const timeoutMs = 20_000

/**
 * Makes the function that calls an endpoint; its types are those of the contract.
 * @param keepalive whether what was called is done even if the page is left meanwhile
 */
export const endpoint =
  <C extends Contract>(method: 'GET' | 'POST', path: string, keepalive = false) =>
  (params: Params<C>, signal?: AbortSignal): Promise<Static<C['response']>> =>
    call({ method, keepalive }, path, params, signal) as Promise<Static<C['response']>>

async function call(
  how: { readonly method: 'GET' | 'POST'; readonly keepalive: boolean },
  path: string,
  params: object,
  signal?: AbortSignal,
): Promise<unknown> {
  const given = Object.entries(params).filter(([, value]) => value !== undefined)
  const fields = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  const token = session.peek()?.token
  const isGet = how.method === 'GET'
  const query = isGet && given.length > 0 ? `?${fields}` : ''
  const response = await send(`/douyin/${path}${query}`, {
    ...how,
    headers: {
      'accept-language': language.peek(),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    // In a body a password is in no address and no log.
    ...(isGet ? {} : { body: fields }),
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
  })
  return readEnvelope(response.status, await response.text().catch(() => ''), token)
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
}

/** There was no response. */
export const unreachable = () =>
  new RequestError('offline', navigator.onLine ? words.value.failed : words.value.offline)

/**
 * The fields of a response. A session that has ended is forgotten.
 * @param token with which was asked
 * @throws RequestError with a sentence for the person
 */
export function readEnvelope(status: number, text: string, token: string | undefined): unknown {
  let envelope: { status_code?: unknown; status_msg?: unknown } = {}
  try {
    envelope = JSON.parse(text)
  } catch {
    // What a proxy in between says isn't ours to show.
  }
  const { status_code: code, status_msg: said } = envelope ?? {}
  if (code === 0) return envelope
  const sentence = typeof said === 'string' && said !== '' ? said : words.value.failed
  const known = typeof code === 'number' ? code : 0
  if (status === 429) throw new RequestError('slow-down', words.value.tooMany, known)
  if (known === unauthorized && token) {
    if (session.peek()?.token === token) {
      setSession(null)
      toast(words.value.loggedOut)
    }
    throw new RequestError('logged-out', words.value.loggedOut, known)
  }
  throw new RequestError(known === 0 || status >= 500 ? 'broken' : 'refused', sentence, known)
}

/** Tells the person why something didn't work. */
export function showError(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return
  toast(sentenceOf(error))
}

/** Why something didn't work, for a person. */
export const sentenceOf = (error: unknown): string =>
  error instanceof RequestError ? error.message : words.value.failed
