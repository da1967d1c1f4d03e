// Malformed HTTP. `inner` is a request within a request: if it is answered or carried out, then the
// server sees two requests where a proxy in front of it saw one (request smuggling).

/** What a malformed request is, and its bytes as they are sent. */
export type Malformed = readonly [what: string, bytes: string | Buffer]

/** A whole request that makes a user, so that its having been understood shows in the database. */
const inner =
  'POST /douyin/user/register/?username=smuggled&password=secret-1 HTTP/1.1\r\nHost: localhost\r\n\r\n'

const feed = 'GET /douyin/feed/ HTTP/1.1\r\n'
const host = 'Host: localhost\r\n'
const post = 'POST /douyin/user/login/ HTTP/1.1\r\nHost: localhost\r\n'
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`

/** The server may refuse these, or close the connection; it must not carry out `inner`. */
export const malformed: readonly Malformed[] = [
  // The request line.
  ['nothing but a line end', '\r\n\r\n'],
  ['one letter', 'G'],
  ['no version', `GET /douyin/feed/\r\n${host}\r\n`],
  ['HTTP/0.9', 'GET /douyin/feed/\r\n'],
  ['HTTP/2.0 in the line of HTTP/1', `GET /douyin/feed/ HTTP/2.0\r\n${host}\r\n`],
  ['HTTP/9.9', `GET /douyin/feed/ HTTP/9.9\r\n${host}\r\n`],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a version in small letters', `GET /douyin/feed/ http/1.1\r\n${host}\r\n`],
  ['two spaces', `GET  /douyin/feed/ HTTP/1.1\r\n${host}\r\n`],
  ['a tab for a space', `GET\t/douyin/feed/\tHTTP/1.1\r\n${host}\r\n`],
  ['a space in the path', `GET /douyin/fe ed/ HTTP/1.1\r\n${host}\r\n`],
  ['a NUL in the path', `GET /douyin/feed/\0 HTTP/1.1\r\n${host}\r\n`],
  ['a control character in the path', `GET /douyin/\x07feed/ HTTP/1.1\r\n${host}\r\n`],
  ['a method of nobody', `BREW /douyin/feed/ HTTP/1.1\r\n${host}\r\n`],
  ['a method in small letters', `get /douyin/feed/ HTTP/1.1\r\n${host}\r\n`],
  ['an endless method', `${'A'.repeat(9000)} /douyin/feed/ HTTP/1.1\r\n${host}\r\n`],
  ['a path of 64 KB', `GET /${'x'.repeat(65_536)} HTTP/1.1\r\n${host}\r\n`],
  [
    'an absolute address of another host',
    `GET http://evil.example/douyin/feed/ HTTP/1.1\r\n${host}\r\n`,
  ],
  ['an asterisk', `GET * HTTP/1.1\r\n${host}\r\n`],
  ['CONNECT', `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`],
  ['TRACE', `TRACE /douyin/feed/ HTTP/1.1\r\n${host}X-Secret: echo\r\n\r\n`],
  ['bare line feeds', 'GET /douyin/feed/ HTTP/1.1\nHost: localhost\n\n'],
  ['bare carriage returns', 'GET /douyin/feed/ HTTP/1.1\rHost: localhost\r\r'],
  ['the first bytes of TLS', Buffer.from('16030100c8010000c40303', 'hex')],
  ['random bytes', Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 167 + 13) % 256))],
  // The headers.
  ['no Host', `${feed}\r\n`],
  ['two Hosts', `${feed}Host: localhost\r\nHost: evil.example\r\n\r\n`],
  ['an empty Host', `${feed}Host:\r\n\r\n`],
  ['a Host that is markup', `${feed}Host: "><script>\r\n\r\n`],
  ['a space before the colon', `${feed}${host}X-A : b\r\n\r\n`],
  ['a header without a colon', `${feed}${host}nonsense\r\n\r\n`],
  ['a header without a name', `${feed}${host}: value\r\n\r\n`],
  ['a header on two lines', `${feed}${host}X-A: b\r\n c\r\n\r\n`],
  ['a NUL in a header', `${feed}${host}X-A: b\0c\r\n\r\n`],
  ['a carriage return in a header', `${feed}${host}X-A: b\rX-B: c\r\n\r\n`],
  ['a header of 64 KB', `${feed}${host}X-A: ${'x'.repeat(65_536)}\r\n\r\n`],
  ['a thousand headers', `${feed}${host}${'X-A: b\r\n'.repeat(1000)}\r\n`],
  ['a header name in Chinese', Buffer.from(`${feed}${host}名: b\r\n\r\n`)],
  ['headers that never end', `${feed}${host}X-A: b\r\n`],
  // How long the body is.
  ['a negative length', `${post}Content-Length: -1\r\n\r\n`],
  ['a length with a sign', `${post}Content-Length: +5\r\n\r\nhello`],
  ['a length in hexadecimal', `${post}Content-Length: 0x5\r\n\r\nhello`],
  ['a length with a fraction', `${post}Content-Length: 5.0\r\n\r\nhello`],
  ['a length that is a word', `${post}Content-Length: five\r\n\r\nhello`],
  ['an empty length', `${post}Content-Length:\r\n\r\n`],
  ['a length beyond 64 bits', `${post}Content-Length: 99999999999999999999\r\n\r\nx`],
  ['a length beyond any disk', `${post}Content-Length: 9007199254740993\r\n\r\nx`],
  ['two lengths', `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
  ['two lengths in one', `${post}Content-Length: 5, 6\r\n\r\nhello!`],
  ['a body shorter than it says', `${post}Content-Length: 100\r\n\r\nshort`],
  // A length and chunks: whoever believes the one sees a second request in what the other skips.
  [
    'a length of 0 and chunks',
    `${post}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
  ],
  [
    'a length and chunks that end before it',
    `${post}Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
  ],
  [
    'chunks, written oddly',
    `${post}Transfer-Encoding: xchunked\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  ],
  [
    'chunks twice',
    `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  ],
  ['chunks within a list', `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`],
  [
    'chunks with a space before the colon',
    `${post}Transfer-Encoding : chunked\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  ],
  [
    'chunks after a folded line',
    `${post}X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  ],
  [
    'chunks in HTTP/1.0',
    `POST /douyin/user/login/ HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  ],
  // The chunks.
  ['a chunk of no number', `${chunked}zz\r\nhello\r\n0\r\n\r\n`],
  ['a chunk of a negative size', `${chunked}-5\r\nhello\r\n0\r\n\r\n`],
  ['a chunk beyond 64 bits', `${chunked}fffffffffffffffff\r\nhello\r\n0\r\n\r\n`],
  ['a chunk larger than it says', `${chunked}2\r\nhello\r\n0\r\n\r\n`],
  ['a chunk with an endless extension', `${chunked}5;${'x'.repeat(65_536)}\r\nhello\r\n0\r\n\r\n`],
  ['chunks that break off', `${chunked}5\r\nhel`],
  ['a trailer that names a header', `${chunked}5\r\nhello\r\n0\r\nHost: evil.example\r\n\r\n`],
]
