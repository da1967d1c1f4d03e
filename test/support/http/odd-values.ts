import fc from 'fast-check'

// Values that one program or another on the way may take for something else.

/** Numbers at and beyond limits, and texts that only some parsers take for numbers. */
export const numbers = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '2',
    '3',
    '-1',
    '-0',
    '+1',
    '01',
    '1.0',
    '1e3',
    '1.5e+06',
    '0x10',
    '1_000',
    ' 1',
    '2147483647',
    '2147483648',
    '4294967296',
    '9007199254740991',
    '9007199254740992',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '1e308',
    '1e309',
    'NaN',
    'Infinity',
    '1'.repeat(400),
    '１',
    '٣',
    'null',
    'true',
    '[1]',
    '{}',
    '1,2',
    '1;2',
  ),
  fc.integer().map(String),
  fc.maxSafeInteger().map(String),
  fc.bigInt().map(String),
  fc.double().map(String),
)

/** Texts with a meaning in some language (SQL, HTML, paths, templates), odd Unicode, long ones. */
export const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
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
    "' OR '1'='1",
    '"; --',
    '%',
    '_',
    '\\',
    '../../../etc/passwd',
    '..%2f..%2f',
    'file:///etc/hosts',
    '<script>alert(1)</script>',
    '{{7*7}}',
    '#{7*7}',
    '%00',
    '%ff%fe',
    '%',
    '%zz',
    '%u0041',
    '__proto__',
    'constructor',
    'toString',
    'undefined',
    'null',
    'NULL',
    '-1',
    '$ne',
    '[object Object]',
    'x'.repeat(33),
    '汉'.repeat(33),
    '😀'.repeat(256),
    'x'.repeat(2001),
    'x'.repeat(5000),
  ),
)

/** What a JSON body may hold where a text or a number should be. */
export const jsonValues = fc.oneof(
  numbers.map((text) => Number(text)),
  texts,
  numbers,
  fc.constantFrom(null, true, false, [], {}, [1], ['1'], { $gt: '' }, [[[[[[]]]]]], { length: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
)

const contentTypes = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-16',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/html',
  'application/xml',
  'application/octet-stream',
  'x',
  'JSON',
  '/',
  '',
  null,
)

/** Bodies that don't fit their content type, or break off. */
export const brokenBodies: fc.Arbitrary<Body> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    type: contentTypes,
    text: fc.oneof(
      fc.constantFrom(
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
        '[1,2',
        '{"__proto__":{"x":1}}',
        `${'['.repeat(3000)}`,
        `{"a":${'{"a":'.repeat(500)}`,
        '--x\r\n\r\n',
        '--x--',
        '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nabc',
        '--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--',
        '--x\r\n\r\nabc\r\n--x--\r\n',
        '--x\r\nContent-Disposition: form-data; name="data"; filename="../../a"\r\n\r\nabc\r\n--x--',
        `--x\r\nContent-Disposition: form-data; name="${'n'.repeat(9000)}"\r\n\r\nabc\r\n--x--`,
        'a=1&a=2&&=&=x&%=%',
        'a[b]=1&a.b=2',
        'token=%E4%B8',
        '&'.repeat(3000),
        '='.repeat(3000),
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

export const oddPaths = (path: string) =>
  fc.constantFrom(
    `${path}/`,
    `/${path}`,
    path.toUpperCase(),
    path.replace('douyin/', 'douyin%2f'),
    // Two dots alone never leave the client: it asks for the folder above.
    `${path}...`,
    `${path}%00`,
    `${path}x`,
    path.replace('douyin', 'douyin/.'),
    '/',
    '/douyin',
    '/douyin/%ff',
    '/videos/../douyin.db',
    '/videos/%2e%2e%2fdouyin.db',
    '/covers/..%5c..%5cdouyin.db',
    '/avatars/0.png',
    '/avatars/1e9.png',
    '/backgrounds/99999999999999999999.jpg',
    '/swagger/../../package.json',
    `/${'x'.repeat(3000)}`,
  )

export const oddHeaders = fc.oneof(
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

/** Queries that are not well-formed. */
export const rawQueries = fc.constantFrom(
  '%',
  '&&&',
  '=',
  '%ff',
  'a=%zz',
  '?',
  'token',
  'user_id=1&user_id=2',
  ';a=1',
)

/** The body of a request. */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly type: string | null; readonly text: string }
  | { readonly kind: 'bytes'; readonly type: string | null; readonly bytes: Uint8Array }
  | { readonly kind: 'form'; readonly parts: readonly (readonly [string, string | Uint8Array])[] }
