import fc from 'fast-check'
import { fieldsOf, type operationsOf } from './document.ts'
import type { Schema } from './json-schema.ts'
import {
  type Body,
  brokenBodies,
  jsonValues,
  numbers,
  oddHeaders,
  oddPaths,
  rawQueries,
  texts,
} from './odd-values.ts'

// Random requests, made of the documentation: some valid, most of them wrong in one way or another.

/** A route as the documentation has it. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly fields: Readonly<Record<string, Schema>>
  readonly answer: Schema | null
}

/** One request, in a form that a failure can be read from. */
export interface Odd {
  readonly route: Route
  readonly method: string
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly rawQuery: string
  readonly body: Body
  readonly headers: Readonly<Record<string, string>>
}

/** The routes of a document that respond with the API's envelope. */
export function routesOf(paths: Awaited<ReturnType<typeof operationsOf>>): Route[] {
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/douyin/') && !path.includes('/ws'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        fields: { ...fieldsOf(operation), token: { type: 'string' } },
        answer: operation.responses[200]?.content['application/json']?.schema ?? null,
        [fc.toStringMethod]: () => `${method} ${path}`,
      })),
    )
}

/** Requests to one of the routes; `tokens` are some that are valid. */
export function oddRequests(
  routes: readonly Route[],
  tokens: readonly string[],
): fc.Arbitrary<Odd> {
  const anyToken = fc.oneof(
    { arbitrary: fc.constantFrom(...tokens), weight: 12 },
    { arbitrary: texts, weight: 1 },
  )
  return fc.constantFrom(...routes).chain((route) => {
    // Or the valid ones would not stay so.
    const token = route.path.includes('/logout') ? texts : anyToken
    const value = (name: string) => (name === 'token' ? token : fieldOf(name, route.fields[name]))
    const names = [...Object.keys(route.fields), 'unknown', '__proto__', 'constructor', '']
    // Mostly all of the fields, as a request has that gets far; some twice, some of no route.
    const complete = fc.tuple(
      ...Object.keys(route.fields).map((name) => value(name).map((text) => [name, text] as const)),
    )
    const some = fc.array(
      fc.constantFrom(...names).chain((name) => value(name).map((text) => [name, text] as const)),
      { maxLength: 5 },
    )
    const pairs = fc
      .tuple(complete, fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, some))
      .map(([all, more]) => [...all, ...more])
    const json = fc.array(fc.tuple(fc.constantFrom(...names), jsonValues), { maxLength: 6 }).map(
      (fields): Body => ({
        kind: 'text',
        type: 'application/json',
        text: JSON.stringify(Object.fromEntries(fields)),
      }),
    )
    const bytes = fc.uint8Array({ maxLength: 200 })
    const oddParts = fc.array(
      fc.tuple(fc.constantFrom(...names, 'data'), fc.oneof(token, texts, bytes)),
      { maxLength: 6 },
    )
    const form = fc
      .tuple(fc.oneof(complete, fc.constant([])), oddParts, fc.oneof(bytes, fc.constant(null)))
      .map(([all, odd, file]): Body => {
        const parts = all.filter(([name]) => name !== 'data')
        return {
          kind: 'form',
          parts: [...parts, ...(file ? [['data', file] as const] : []), ...odd],
        }
      })
    const urlencoded = pairs.map(
      (all): Body => ({
        kind: 'text',
        type: 'application/x-www-form-urlencoded',
        text: new URLSearchParams(all.map(([name, text]) => [name, text])).toString(),
      }),
    )
    const none = fc.constant<Body>({ kind: 'none' })
    return fc.record({
      route: fc.constant(route),
      method: fc.oneof(
        { arbitrary: fc.constant(route.method), weight: 12 },
        {
          arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
          weight: 1,
        },
      ),
      path: fc.oneof(
        { arbitrary: fc.constantFrom(route.path, route.path.slice(0, -1)), weight: 12 },
        { arbitrary: oddPaths(route.path), weight: 1 },
      ),
      query: fc.oneof({ arbitrary: pairs, weight: 9 }, { arbitrary: some, weight: 1 }),
      rawQuery: fc.oneof(
        { arbitrary: fc.constant(''), weight: 9 },
        {
          arbitrary: rawQueries,
          weight: 1,
        },
      ),
      body: fc.oneof(
        { arbitrary: none, weight: 8 },
        { arbitrary: fc.oneof(json, form, urlencoded), weight: 3 },
        { arbitrary: brokenBodies, weight: 2 },
      ),
      headers: oddHeaders,
    })
  })
}

/** Something for a field: mostly what it should be, or else nearly that, or anything. */
function fieldOf(name: string, schema: Schema | undefined): fc.Arbitrary<string> {
  if (name === 'password') return fc.constantFrom('secret-1', 'secret-1', '', 'x'.repeat(33), '\0')
  if (name === 'cursor') return fc.oneof({ arbitrary: fc.constant(''), weight: 9 }, texts)
  const number = schema?.type === 'integer'
  const right = number
    ? fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 })).map(String)
    : fc.oneof(fc.constantFrom('小明', 'hello', '在吗'), fc.stringMatching(/^[a-z]{3,9}$/))
  return fc.oneof(
    { arbitrary: right, weight: 12 },
    { arbitrary: number ? numbers : texts, weight: 3 },
    { arbitrary: number ? texts : numbers, weight: 1 },
  )
}

/** Sends an odd request as it is. */
export function send(base: string, odd: Odd): Promise<Response> {
  const query = new URLSearchParams(odd.query.map(([name, text]) => [name, text])).toString()
  const url = `${base}${odd.path}?${[query, odd.rawQuery].filter(Boolean).join('&')}`
  const headers = new Headers(odd.headers)
  const init: RequestInit = { method: odd.method, headers, redirect: 'manual' }
  const { body } = odd
  if (body.kind === 'none' || odd.method === 'GET' || odd.method === 'HEAD') return fetch(url, init)
  if (body.kind === 'form') {
    const form = new FormData()
    for (const [name, value] of body.parts) {
      if (typeof value === 'string') form.append(name, value)
      else form.append(name, new Blob([value as Uint8Array<ArrayBuffer>]), 'a.mp4')
    }
    return fetch(url, { ...init, body: form })
  }
  if (body.type !== null) headers.set('content-type', body.type)
  const content = body.kind === 'text' ? body.text : (body.bytes as Uint8Array<ArrayBuffer>)
  return fetch(url, { ...init, body: content })
}
