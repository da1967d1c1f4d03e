import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'
import { type Malformed, malformed } from '../support/http/malformed-requests.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let server: TestServer
beforeAll(async () => {
  server = await bootServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Writes bytes, says that there are no more, and answers all that comes until the server closes. */
function exchange(...pieces: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(port), hostname, async () => {
      for (const piece of pieces) {
        socket.write(piece)
        if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve))
      }
      // The one who asks for it hears no more after the last answer.
      if (!String(pieces.at(-1)).includes('Connection: close')) socket.end()
    })
    socket.setNoDelay()
    socket.setEncoding('latin1')
    socket.on('data', (data) => {
      text += data
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

/** The statuses of the answers that came, one after the other. */
const statusesOf = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, code]) => Number(code))

/** What may come of a malformed request: nothing, or refusals of whoever looked at it first. */
const refusals = [400, 404, 405, 408, 413, 414, 431, 501, 505]

/** What looks odd and is allowed, or harmless, and is answered like the request that it resembles. */
const understood = [
  'an absolute address of another host',
  'two Hosts',
  'a trailer that names a header',
]

test('there are at least sixty, each of its own', () => {
  expect(malformed.length).toBeGreaterThanOrEqual(60)
  expect(new Set(malformed.map(([, bytes]) => String(bytes))).size).toBe(malformed.length)
})

test.each(malformed as Malformed[])('%s', async (what, bytes) => {
  const text = await exchange(bytes)
  const statuses = statusesOf(text)
  const wrong = statuses.filter((status) => !refusals.includes(status))
  expect(wrong).toEqual(understood.includes(what) ? [200] : [])
  // Never a page, never where it was made, and a refusal of ours is always in the envelope.
  expect(text).not.toMatch(/<html|<!doctype|node_modules|\.ts:|\n\s+at |X-Secret/i)
  for (const body of text.split('\r\n\r\n').slice(1)) {
    const json = body.split(/\r?\nHTTP\/1\.1/)[0]!.trim()
    if (json.startsWith('{'))
      expect(JSON.parse(json.slice(0, json.lastIndexOf('}') + 1))).toHaveProperty('status_msg')
  }
})

// A proxy that reads a request otherwise than we do lets one through that it has never seen.
test('no request hidden in another one was done', async () => {
  expect(await server.ctx.store.users.byName('smuggled')).toBeNull()
  expect(await server.ctx.store.users.list({ sort: 'id', limit: 9, search: '' })).toEqual([])
})

test('what a caller got wrong is no failure of the server', () => {
  expect(server.lines.filter((line) => line.includes('ERROR'))).toEqual([])
})

test('the same, byte by byte where it is short, ends the same way', async () => {
  for (const [what, bytes] of malformed) {
    if (bytes.length > 120) continue
    const pieces = [...Buffer.from(bytes)].map((byte) => Buffer.from([byte]))
    const statuses = statusesOf(
      await exchange(...pieces.slice(0, 60), Buffer.concat(pieces.slice(60))),
    )
    const wrong = statuses.filter((status) => !refusals.includes(status))
    expect([what, wrong]).toEqual([what, understood.includes(what) ? [200] : []])
  }
})

// An answer that is taken for that of another request is worse than none.
test('requests one after the other on one connection are answered in their order, or not at all', async () => {
  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
  const last = get('/x', 'Connection: close\r\n')
  const quick = await exchange(get('/douyin/feed/') + get('/nothing') + last)
  expect(statusesOf(quick)).toEqual([200, 404, 404])
  // Bun closes a connection on which a request comes while an answer is being made.
  const slow = statusesOf(await exchange(get('/healthz') + get('/nothing') + last))
  expect([200, 404, 404].slice(0, slow.length)).toEqual(slow)
})

test('a request that was refused ends its connection, so that nothing after it is taken for another', async () => {
  const bad = 'POST /douyin/user/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n'
  const good = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
  expect(statusesOf(await exchange(bad + good))).toEqual([400])
})

// What Bun has of it is a path without a host: cut like a whole URL, it was another one in the log.
test('a request without a valid Host is refused in the language of its caller, and logged as it is', async () => {
  const bad = 'GET /douyin/user/?token=t HTTP/1.1\r\nHost: a"b\r\nAccept-Language: en\r\n'
  const answer = await exchange(`${bad}Connection: close\r\n\r\n`)
  expect(statusesOf(answer)).toEqual([404])
  expect(answer).toContain('There is nothing at this address')
  await until(() => server.lines.some((line) => line.includes(' GET /douyin/user/ 404')))
})

// Load balancers check so by default, and take a 404 for a dead server.
test('a request of HTTP/1.0 without a Host is answered like any other', async () => {
  const close = 'Connection: close\r\n\r\n'
  const get = (path: string) => exchange(`GET ${path} HTTP/1.0\r\n${close}`)
  for (const path of ['/healthz', '/', '/swagger/json', '/douyin/feed', '/douyin/feed/?a=//b']) {
    const answer = await get(path)
    expect([path, statusesOf(answer)]).toEqual([path, [200]])
    expect(answer).toMatch(/^Content-Length: [1-9]/im)
  }
  expect(statusesOf(await get('/nothing'))).toEqual([404])
  expect(statusesOf(await get('//healthz'))).toEqual([404])
  const { id } = (await storedUsers(server, 1, 'alone'))[0]!
  const user = await get(`/douyin/user/?user_id=${id}`)
  expect(user).toContain(`"avatar":"${server.url}/avatars/${id}.png"`)
  const body = 'username=of-1.0&password=secret'
  const type = 'Content-Type: application/x-www-form-urlencoded'
  const head = `POST /douyin/user/register/ HTTP/1.0\r\n${type}\r\nContent-Length: ${body.length}\r\n`
  expect(await exchange(head + close + body)).toContain('"status_code":0')
  await until(() => server.lines.some((line) => line.includes(' GET /healthz 200')))
})

test('afterwards the server is well', async () => {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
})
