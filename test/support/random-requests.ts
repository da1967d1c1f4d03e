import fc from 'fast-check'
import type { Schema } from './json-schema.ts'

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

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly type: string | null; readonly text: string }
  | { readonly kind: 'bytes'; readonly type: string | null; readonly bytes: Uint8Array }
  | { readonly kind: 'form'; readonly parts: readonly (readonly [string, string | Uint8Array])[] }

/** The routes of a document that respond with the API's envelope. */
export function routesOf(document: { paths: Record<string, Record<string, any>> }): Route[] {
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/douyin/') && !path.includes('/ws'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => {
        const listed = (operation.parameters ?? []).map((one: any) => [one.name, one.schema])
        const form = operation.requestBody?.content['multipart/form-data']?.schema.properties
        return {
          method: method.toUpperCase(),
          path,
          fields: form ?? Object.fromEntries(listed),
          answer: operation.responses?.[200]?.content['application/json'].schema ?? null,
          [fc.toStringMethod]: () => `${method} ${path}`,
        }
      }),
    )
}

/** Numbers that are just too much, or none, or numbers only to some. */
const numbers = fc.oneof(
  fc.constantFrom(
    ...['0', '1', '2', '3', '-1', '-0', '+1', '01', '1.0', '1e3', '1.5e+06', '0x10', '1_000', ' 1'],
    ...['2147483647', '2147483648', '4294967296', '9007199254740991', '9007199254740992'],
    ...['9223372036854775807', '9223372036854775808', '-9223372036854775808', '1e308', '1e309'],
    ...['NaN', 'Infinity', '1'.repeat(400), '１', '٣', 'null', 'true', '[1]', '{}', '1,2', '1;2'],
  ),
  fc.integer().map(String),
  fc.maxSafeInteger().map(String),
  fc.bigInt().map(String),
  fc.double().map(String),
)

/** Texts that mean something to somebody on the way. */
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      'a\0b',
      '\u202eabc',
      '\ufeff',
      '\ud800',
      'e\u0301',
      '🏳️‍🌈',
      'ﷺ',
      '\r\nX-Injected: 1',
    ],
    ...[
      "' OR '1'='1",
      '"; --',
      '%',
      '_',
      '\\',
      '../../../etc/passwd',
      '..%2f..%2f',
      'file:///etc/hosts',
    ],
    ...['<script>alert(1)</script>', '{{7*7}}', '#{7*7}', '%00', '%ff%fe', '%', '%zz', '%u0041'],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'undefined',
      'null',
      'NULL',
      '-1',
      '$ne',
      '[object Object]',
    ],
    ...['x'.repeat(33), '汉'.repeat(33), '😀'.repeat(256), 'x'.repeat(2001), 'x'.repeat(5000)],
  ),
)

/** What a JSON body may hold where a text or a number should be. */
const values = fc.oneof(
  numbers.map((text) => Number(text)),
  texts,
  numbers,
  fc.constantFrom(null, true, false, [], {}, [1], ['1'], { $gt: '' }, [[[[[[]]]]]], { length: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
)

const contentTypes = fc.constantFrom(
  ...[
    'application/json',
    'application/json; charset=utf-16',
    'text/json',
    'application/x-www-form-urlencoded',
  ],
  ...['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=x'],
  ...[
    'text/plain',
    'text/html',
    'application/xml',
    'application/octet-stream',
    'x',
    'JSON',
    '/',
    '',
  ],
  null,
)

/** Bodies that are something else than they say, or break off. */
const brokenBodies: fc.Arbitrary<Body> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    type: contentTypes,
    text: fc.oneof(
      fc.constantFrom(
        ...[
          '{',
          '{}',
          '[]',
          'null',
          '1',
          '"x"',
          '{"a":}',
          '{"token":"x"',
          '{"a":1}{"b":2}',
          '\ufeff{}',
        ],
        ...['[1,2', '{"__proto__":{"x":1}}', `${'['.repeat(3000)}`, `{"a":${'{"a":'.repeat(500)}`],
        ...[
          '--x\r\n\r\n',
          '--x--',
          '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nabc',
        ],
        ...[
          '--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--',
          '--x\r\n\r\nabc\r\n--x--\r\n',
        ],
        ...[
          '--x\r\nContent-Disposition: form-data; name="data"; filename="../../a"\r\n\r\nabc\r\n--x--',
        ],
        ...[
          `--x\r\nContent-Disposition: form-data; name="${'n'.repeat(9000)}"\r\n\r\nabc\r\n--x--`,
        ],
        ...[
          'a=1&a=2&&=&=x&%=%',
          'a[b]=1&a.b=2',
          'token=%E4%B8',
          '&'.repeat(3000),
          '='.repeat(3000),
        ],
      ),
      texts,
    ),
  }),
  fc.record({
    kind: fc.constant('bytes' as const),
    type: contentTypes,
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
)

/** Requests to one of the routes; `tokens` are some that are valid. */
export function oddRequests(
  routes: readonly Route[],
  tokens: readonly string[],
): fc.Arbitrary<Odd> {
  const token = fc.oneof(
    { arbitrary: fc.constantFrom(...tokens), weight: 12 },
    { arbitrary: texts, weight: 1 },
  )
  return fc.constantFrom(...routes).chain((route) => {
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
    const json = fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 6 }).map(
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
          arbitrary: fc.constantFrom(
            '%',
            '&&&',
            '=',
            '%ff',
            'a=%zz',
            '?',
            'token',
            'user_id=1&user_id=2',
            ';a=1',
          ),
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

const oddPaths = (path: string) =>
  fc.constantFrom(
    ...[
      `${path}/`,
      `/${path}`,
      path.toUpperCase(),
      path.replace('douyin/', 'douyin%2f'),
      `${path}..`,
      `${path}%00`,
    ],
    ...[
      `${path}x`,
      path.replace('douyin', 'douyin/.'),
      '/',
      '/douyin',
      '/douyin/%ff',
      '/videos/../douyin.db',
    ],
    ...[
      '/videos/%2e%2e%2fdouyin.db',
      '/covers/..%5c..%5cdouyin.db',
      '/avatars/0.png',
      '/avatars/1e9.png',
    ],
    ...[
      '/backgrounds/99999999999999999999.jpg',
      '/swagger/../../package.json',
      `/${'x'.repeat(3000)}`,
    ],
  )

const oddHeaders = fc.oneof(
  { arbitrary: fc.constant<Record<string, string>>({}), weight: 4 },
  {
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'accept-language': 'en' },
      { 'accept-language': `${'en;q=0.1,'.repeat(300)}zh` },
      { authorization: 'Bearer' },
      { authorization: 'Basic eDp5' },
      { authorization: `Bearer ${'x'.repeat(3000)}` },
      {
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'gopher',
      },
      { 'content-encoding': 'gzip' },
      { range: 'bytes=0-1,5-' },
      { 'if-none-match': '*' },
      { expect: '200-maybe' },
      { upgrade: 'websocket', connection: 'upgrade' },
      { cookie: 'token=x; '.repeat(100) },
      { accept: 'text/html', origin: 'null' },
    ),
    weight: 1,
  },
)

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
