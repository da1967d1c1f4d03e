import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { gunzipSync } from 'bun'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer
let people: { id: number; token: string }[]

beforeAll(async () => {
  server = await bootServer()
  people = await storedUsers(server, 320)
  const [author] = people as [(typeof people)[0]]
  for (let n = 0; n < 40; n++) await storedVideo(server, author.id)
  for (const { id } of people.slice(1)) await server.ctx.store.relations.set(id, author.id, true)
  const [, , reader] = people
  await server.ctx.store.favorites.set(reader!.id, 40, true)
})
afterAll(() => server[Symbol.asyncDispose]())

const feed = '/douyin/feed/'

/** A response as it came over the line. */
async function ask(path: string, encoding: string, method = 'GET', more = {}) {
  const headers = { 'accept-encoding': encoding, ...more }
  const response = await fetch(server.url + path, { method, headers, decompress: false })
  return { response, headers: response.headers, bytes: await response.bytes() }
}

/** The same path with and without compression: what they say must be one. */
async function both(path: string) {
  const plain = await ask(path, 'identity')
  const zipped = await ask(path, 'gzip')
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  expect(Buffer.from(gunzipSync(zipped.bytes)).equals(plain.bytes)).toBe(true)
  for (const { headers } of [plain, zipped]) {
    const isStored = headers.get('cache-control') !== 'no-store'
    if (isStored) expect(headers.get('vary')).toContain('accept-encoding')
  }
  return { plain, zipped }
}

describe('compressed where the caller takes it', () => {
  test.each([
    ['gzip', true],
    ['GZIP', true],
    ['x-gzip', true],
    ['gzip, deflate, br, zstd', true],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
    ['gzip;q=0.001', true],
    ['gzip; q=1', true],
    ['*', true],
    ['identity;q=0.5, *', true],
    ['', false],
    ['identity', false],
    ['br', false],
    ['notgzip', false],
    // A weight of 0 says no, however it is written.
    ['gzip;q=0', false],
    ['gzip;q=0.000', false],
    ['gzip;q=0, *', false],
    ['*, gzip;q=0', false],
    ['*;q=0', false],
    ['gzip;q=nonsense', false],
  ])('%p: %p', async (encoding, packed) => {
    // Twice: what is remembered of a header must not be taken for another one.
    for (const _ of [1, 2]) {
      const { headers } = await ask(feed, encoding)
      expect(headers.get('content-encoding')).toBe(packed ? 'gzip' : null)
      expect((await ask(feed, 'deflate')).headers.get('content-encoding')).toBeNull()
    }
  })

  test('the feed, a fifth as large: from its second request on it is kept', async () => {
    for (const _ of [1, 2, 3]) {
      const { plain, zipped } = await both(feed)
      expect(zipped.bytes.length).toBeLessThan(plain.bytes.length / 5)
      expect(zipped.headers.get('content-length')).toBe(String(zipped.bytes.length))
    }
  })

  test('what differs from viewer to viewer, each in their own', async () => {
    const [author, , reader] = people
    for (const { token } of [reader!, author!, reader!]) {
      const { plain } = await both(`${feed}?token=${token}`)
      const { video_list } = JSON.parse(Buffer.from(plain.bytes).toString())
      expect(video_list[0].is_favorite).toBe(token === reader!.token)
    }
  })

  test('a long list that is sent in slices', async () => {
    const { plain } = await both(`/douyin/relation/follower/list/?user_id=${people[0]!.id}`)
    expect(JSON.parse(Buffer.from(plain.bytes).toString()).user_list).toHaveLength(319)
  })

  test('a page of a list', async () => {
    await both(`/douyin/relation/follower/list/?user_id=${people[0]!.id}&limit=20`)
  })

  test('the document and the files of its page, each form under an ETag of its own', async () => {
    for (const path of ['/swagger/json', '/swagger/swagger-ui-bundle.js']) {
      const { plain, zipped } = await both(path)
      const etags = [plain, zipped].map(({ headers }) => headers.get('etag')!)
      expect(etags[0]).not.toBe(etags[1])
      const again = (encoding: string, etag: string) =>
        ask(path, encoding, 'GET', { 'if-none-match': etag })
      expect((await again('gzip', etags[1]!)).response.status).toBe(304)
      expect((await again('identity', etags[0]!)).response.status).toBe(304)
      // What is at hand isn't what this caller can read.
      expect((await again('identity', etags[1]!)).response.status).toBe(200)
    }
  })

  test('HEAD says what GET would', async () => {
    for (const path of [feed, '/swagger/json']) {
      for (const encoding of ['identity', 'gzip']) {
        const got = (await ask(path, encoding)).headers
        const headed = (await ask(path, encoding, 'HEAD')).headers
        for (const name of ['content-encoding', 'content-type', 'content-length', 'etag', 'vary']) {
          expect([path, name, headed.get(name)]).toEqual([path, name, got.get(name)])
        }
      }
    }
  })
})

describe('sent as it is', () => {
  test.each([
    ['a refusal', '/douyin/user/'],
    ['nothing there', '/nothing'],
    ['the health', '/healthz'],
    ['an empty list', '/douyin/comment/list/?video_id=1'],
    ['a picture', '/avatars/1.png'],
  ])('%s, which it would not make smaller', async (_, path) => {
    expect((await ask(path, 'gzip')).headers.get('content-encoding')).toBeNull()
  })

  // Its length would tell one friend, who hears the line, how like their own words those of others are.
  test('the inbox, where the words of several people are side by side', async () => {
    const [me, ...others] = people as [(typeof people)[0]]
    for (const { id } of others.slice(0, 30)) {
      await server.ctx.store.relations.set(me.id, id, true)
    }
    const path = `/douyin/relation/friend/list/?token=${me.token}`
    const { headers, bytes } = await ask(path, 'gzip')
    expect(bytes.length).toBeGreaterThan(4000)
    expect(headers.get('content-encoding')).toBeNull()
  })
})
