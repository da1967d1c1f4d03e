import { expect } from 'bun:test'
import type { Endpoint } from './endpoints.ts'
import { departures, type Envelope, envelope, nulls, type Of, type Shape } from './shapes.ts'
import { type Params, type Transport, transports } from './transports.ts'

export interface Options {
  via?: Transport
  headers?: Record<string, string>
  /** another spelling of the endpoint's path, for example without its slash */
  path?: string
}

/**
 * A client of the API that reads every response strictly: whatever a test is about, a response with a missing key, a
 * wrong type, a null, another content type or a redirect fails it.
 */
export interface Client {
  /** The address of the server, without a slash at its end. */
  base(): string
  /** Calls, and leaves the response unread. */
  send<S extends Shape>(to: Endpoint<S>, params?: Params, options?: Options): Promise<Response>
  /** Calls and takes any business outcome; the response must be HTTP 200 in the endpoint's shape. */
  call<S extends Shape>(to: Endpoint<S>, params?: Params, options?: Options): Promise<Of<S>>
  /** Calls and expects success. */
  ok<S extends Shape>(to: Endpoint<S>, params?: Params, options?: Options): Promise<Of<S>>
  /** Calls and expects a business failure with a message to show. */
  refused<S extends Shape>(to: Endpoint<S>, params?: Params, options?: Options): Promise<Of<S>>
  /** Any request; returns the response as it is; `path` may be absolute. Never follows a redirect. */
  raw(path: string, init?: RequestInit): Promise<Response>
}

/** @param base asked at each call, because the server starts after the tests are declared */
export function createClient(base: () => string): Client {
  const client: Client = {
    base,
    send(to, params = {}, options = {}) {
      const { query, headers, body } = transports[options.via ?? 'query'](params)
      const address = `${options.path ?? to.path}${query.size > 0 ? `?${query}` : ''}`
      return client.raw(address, {
        method: to.method,
        headers: { ...headers, ...options.headers },
        ...(body === undefined ? {} : { body }),
      })
    },
    async call(to, params, options) {
      return readAnswer(to, await client.send(to, params, options))
    },
    async ok(to, params, options) {
      const body = await client.call(to, params, options)
      expect(body as Envelope).toMatchObject({ status_code: 0 })
      return body
    },
    async refused(to, params, options) {
      const body = await client.call(to, params, options)
      expect({ refused: (body as Envelope).status_code !== 0, body }).toMatchObject({
        refused: true,
      })
      return body
    },
    raw(path, init = {}) {
      return fetch(new URL(path, base()), { redirect: 'manual', ...init })
    },
  }
  return client
}

/**
 * Reads a business response: HTTP 200, JSON, the whole shape, no null, and in a failure something to show.
 * Throws with all departures at once.
 */
export async function readAnswer<S extends Shape>(
  to: Endpoint<S>,
  answer: Response,
): Promise<Of<S>> {
  const text = await answer.text()
  const at = `${to.method} ${to.path}`
  expect({ at, http: answer.status, text }).toMatchObject({ http: 200 })
  return readBody(to.shape, answer, text, at) as Of<S>
}

/** Reads a transport failure: the real HTTP status, and still the envelope with something to show. */
export async function readTransportFailure(answer: Response, statuses: number[]): Promise<void> {
  const text = await answer.text()
  expect({ http: answer.status, expected: statuses.includes(answer.status), text }).toMatchObject({
    expected: true,
  })
  const body = readBody(envelope, answer, text, answer.url) as Envelope
  expect(body.status_code).not.toBe(0)
}

function readBody(shape: Shape, answer: Response, text: string, at: string): unknown {
  expect({ at, type: answer.headers.get('content-type') }).toMatchObject({
    type: expect.stringMatching(/^application\/json\b/),
  })
  const body: unknown = JSON.parse(text)
  const { status_code, status_msg } = body as Partial<Envelope>
  const wrong = [
    ...departures(shape, body, status_code === 0),
    ...nulls(body).map((path) => `${path} is null`),
    ...(status_code !== 0 && !status_msg?.trim() ? ['a failure without a status_msg'] : []),
  ]
  expect({ at, wrong, text: wrong.length > 0 ? text : '' }).toEqual({ at, wrong: [], text: '' })
  return body
}
