/**
 * The ways in which real clients hand over the same parameters (client-notes, "Paths and parameters"). Each packs
 * them into a query, headers and a body; what the caller means is the same for all.
 */
export type Value = string | number | File
export type Params = Record<string, Value>

export interface Packed {
  query: URLSearchParams
  headers: Record<string, string>
  body?: FormData | URLSearchParams | string
}

type Pack = (params: Params) => Packed

/** What the app does with everything but publish: the query, and an empty body. */
const query: Pack = (params) => packed(textual(params))

const urlencoded: Pack = (params) => ({ ...packed(), body: textual(params) })

const multipart: Pack = (params) => ({ ...packed(), body: form(params) })

const json: Pack = (params) => asJson(params)

const jsonOfStrings: Pack = (params) => asJson(mapValues(params, String))

export const transports = {
  query,
  'query, empty body announced as a form': (params) => ({
    ...query(params),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  }),
  'query, empty body announced as JSON': (params) => ({
    ...query(params),
    headers: { 'content-type': 'application/json' },
    body: '',
  }),
  urlencoded,
  multipart,
  json,
  'json of strings': jsonOfStrings,
  'query and the same urlencoded': (params) => ({ ...urlencoded(params), query: textual(params) }),
  'query and the same multipart': (params) => ({ ...multipart(params), query: textual(params) }),
  'query and the same as JSON': (params) => ({ ...json(params), query: textual(params) }),
  'each key twice in the query': (params) => packed(twice(textual(params))),
  'each key twice in an urlencoded body': (params) => ({
    ...packed(),
    body: twice(textual(params)),
  }),
  'each key twice in a multipart body': (params) => {
    const body = form(params)
    for (const [key, value] of textual(params)) body.append(key, value)
    return { ...packed(), body }
  },
  'token in the query, the rest urlencoded': (params) => split(params, ['token'], urlencoded),
  'token in the query, the rest as JSON': (params) => split(params, ['token'], json),
  'token in the query, the rest multipart': (params) => split(params, ['token'], multipart),
  'token urlencoded, the rest in the query': (params) =>
    split(params, others(params, 'token'), urlencoded),
  'token in JSON, the rest in the query': (params) => split(params, others(params, 'token'), json),
  'bearer, the rest in the query': (params) => bearer(params, query),
  'bearer, the rest urlencoded': (params) => bearer(params, urlencoded),
  'bearer, the rest multipart': (params) => bearer(params, multipart),
  'bearer, the rest as JSON': (params) => bearer(params, json),
} as const satisfies Record<string, Pack>

export type Transport = keyof typeof transports

/** The ways that a GET has; a body on a GET is another test (fetch refuses to send one). */
export const forGet: readonly Transport[] = [
  'query',
  'each key twice in the query',
  'bearer, the rest in the query',
]

/** The ways that carry a file. */
export const forUpload: readonly Transport[] = [
  'multipart',
  'query and the same multipart',
  'each key twice in a multipart body',
  'token in the query, the rest multipart',
  'bearer, the rest multipart',
]

/** The ways that a POST of plain parameters has: all of them. */
export const forPost = Object.keys(transports) as readonly Transport[]

/** A multipart form whose parts come in the order of the keys. */
export function form(params: Params): FormData {
  const body = new FormData()
  for (const [key, value] of Object.entries(params)) {
    if (value instanceof File) body.append(key, value, value.name)
    else body.append(key, String(value))
  }
  return body
}

function packed(query = new URLSearchParams()): Packed {
  return { query, headers: {} }
}

function textual(params: Params): URLSearchParams {
  const pairs = Object.entries(params).filter(([, value]) => !(value instanceof File))
  return new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))
}

function twice(pairs: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...pairs, ...pairs])
}

function asJson(params: object): Packed {
  return {
    ...packed(),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  }
}

function split(params: Params, inQuery: string[], rest: Pack): Packed {
  const chosen = (mine: boolean) =>
    Object.fromEntries(Object.entries(params).filter(([key]) => inQuery.includes(key) === mine))
  return { ...rest(chosen(false)), query: textual(chosen(true)) }
}

function bearer(params: Params, rest: Pack): Packed {
  const { token, ...others } = params
  const way = rest(others)
  return token === undefined
    ? way
    : { ...way, headers: { ...way.headers, authorization: `Bearer ${token}` } }
}

function others(params: Params, name: string): string[] {
  return Object.keys(params).filter((key) => key !== name)
}

function mapValues(params: Params, change: (value: Value) => Value): Params {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, change(value)]))
}
