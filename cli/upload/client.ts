import { Failure } from '../failure.ts'

/** What every answer of the API has, and what an endpoint adds. */
export type Answer = { status_code: number; status_msg?: string } & Record<string, unknown>

/** The connection could not be made or broke; the same request may be tried again. */
export class Broken extends Error {}

/**
 * Sends a request to the API and reads its envelope. Sentences are asked for in English.
 * @throws Broken; Failure, if what answers is no douyin server
 */
export async function call(server: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = new Headers(init.headers)
  headers.set('accept-language', 'en')
  const response = await reach(server, path, { ...init, headers })
  const answer = await response.json().catch(() => null)
  if (Number.isInteger(answer?.status_code)) return answer as Answer
  if (response.status >= 502) throw new Broken(`${server} is not available (${response.status}).`)
  throw new Failure(`${server} does not answer like a douyin server (HTTP ${response.status}).`)
}

/** The origin of a server as people write it. @throws Failure */
export function originOf(text: string): string {
  const full = /^https?:\/\//i.test(text) ? text : `http://${text}`
  if (URL.canParse(full)) return new URL(full).href.replace(/\/+$/, '')
  throw new Failure(`--server: '${text}' is not an address such as http://127.0.0.1:8080.`, 2)
}

/** The token of a user. @throws Broken; Failure with the server's sentence */
export async function login(server: string, username: string, password: string): Promise<string> {
  const body = new URLSearchParams({ username, password })
  const answer = await call(server, '/douyin/user/login/', { method: 'POST', body })
  if (answer.status_code === 0) return String(answer.token)
  throw new Failure(`Could not log in as ${username}: ${answer.status_msg}.`)
}

async function reach(server: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(server + path, { ...init, redirect: 'manual' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
      throw new Broken(`There is no server at ${server}.`)
    }
    const reason = code === 'ECONNRESET' ? '' : ` (${message})`
    throw new Broken(`The connection to ${server} broke${reason}.`)
  }
}
