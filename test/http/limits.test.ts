import { describe, expect, spyOn, test } from 'bun:test'
import { join } from 'node:path'
import { gatherParams } from '../../src/http/endpoint/body.ts'
import { networkOf } from '../../src/http/endpoint/limits.ts'
import { createMinRate } from '../../src/http/upload/min-rate.ts'
import { receiveUpload } from '../../src/http/upload/multipart.ts'
import { createBuckets } from '../../src/lib/token-bucket.ts'
import { call } from '../support/api.ts'
import { bootServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** A clock that goes on when told. */
function clock() {
  let at = 1000
  return {
    now: () => at,
    pass: (ms: number) => {
      at += ms
    },
  }
}

describe('buckets', () => {
  test('so many at once, then one after the other, and never more than full', () => {
    const time = clock()
    const buckets = createBuckets<string>(2, 3, time.now)
    const takeAll = (key: string) => {
      let taken = 0
      while (buckets.take(key) === 0) taken++
      return taken
    }
    expect(takeAll('a')).toBe(6)
    expect(buckets.take('a')).toBe(500)
    expect(takeAll('b')).toBe(6)
    time.pass(499)
    expect(buckets.take('a')).toBeOneOf([1, 2])
    time.pass(1.001)
    expect(buckets.take('a')).toBe(0)
    expect(buckets.take('a')).toBe(500)
    time.pass(3_600_000)
    expect(takeAll('a')).toBe(6)
  })

  // Keys are what strangers choose: more of them must not be more memory.
  test('a million keys are held in the room of ten thousand', () => {
    const buckets = createBuckets<number>(1, 1)
    for (let key = 0; key < 100_000; key++) buckets.take(key)
    Bun.gc(true)
    const before = process.memoryUsage().heapUsed
    for (let key = 100_000; key < 1_000_000; key++) buckets.take(key)
    Bun.gc(true)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 << 20)
  })

  test('one that takes less than a whole token in its burst still gives one', () => {
    const buckets = createBuckets<number>(1 / 60, 1, clock().now)
    expect(buckets.take(1)).toBe(0)
    expect(buckets.take(1)).toBe(60_000)
  })
})

// Who has an IPv6 address has 2^64 of them.
test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network))

describe('the pace of an upload', () => {
  const send = (bytesPerSecond: number, seconds: number, step = 1) => {
    const time = clock()
    const pace = createMinRate(time.now)
    for (let at = 0; at < seconds; at += step) {
      time.pass(step * 1000)
      if (pace.isTooSlow(bytesPerSecond * step)) return at
    }
    return 'done'
  }

  test.each([
    ['a phone at 20 kB/s for an hour', 20_000, 3600, 1],
    ['the same in bursts, a minute apart', 20_000, 3600, 60],
    ['just enough', 5_100, 3600, 2],
    ['a fast one', 10_000_000, 600, 1],
  ])('%s is let through', (_, rate, seconds, step) =>
    expect(send(rate, seconds, step)).toBe('done'),
  )

  test.each([
    ['a byte a second', 1, 3600],
    ['a kilobyte a second', 1000, 3600],
  ])('%s is given up after a while', (_, rate, seconds) => expect(send(rate, seconds)).toBeNumber())

  test('a fast start buys no more than the usual patience', () => {
    const time = clock()
    const pace = createMinRate(time.now)
    for (let i = 0; i < 1000; i++) expect(pace.isTooSlow(1 << 20)).toBe(false)
    time.pass(121_000)
    expect(pace.isTooSlow(1)).toBe(true)
  })
})

/** Calls with a clock that goes on by so many ms with each chunk of a body that never ends. */
async function dripped(
  head: string,
  ms: number,
  type: string,
  receive: (request: Request) => Promise<unknown>,
) {
  let now = performance.now()
  const clock = spyOn(performance, 'now').mockImplementation(() => now)
  const encoder = new TextEncoder()
  let chunks = 0
  const body = new ReadableStream<Uint8Array>({
    pull(to) {
      now += ms
      to.enqueue(encoder.encode(chunks++ === 0 ? head : 'a'))
      // Else a body that is never given up would be read for ever.
      if (chunks > 60) to.close()
    },
  })
  const headers = { 'content-type': type, 'transfer-encoding': 'x' }
  const request = new Request('http://localhost/', { method: 'POST', headers, body })
  try {
    return await receive(request).then(
      () => 'taken',
      (error) => error.code,
    )
  } finally {
    clock.mockRestore()
  }
}

test('a small body that takes for ever is given up', async () => {
  const type = 'application/x-www-form-urlencoded'
  const code = await dripped('a=1&', 11_000, type, async (request) => gatherParams(request))
  expect(code).toBe('body_too_slow')
})

// One that isn't looked at keeps the file of the other, the connection and a place as well.
test.each([
  ['the file', ''],
  [
    'a part behind it',
    'x\r\n--B\r\nContent-Disposition: form-data; name="y"; filename="y"\r\n\r\n',
  ],
])('an upload that takes for ever in %s is given up', async (_, more) => {
  const { path, clean } = temporaryDirectory()
  const head = `--B\r\nContent-Disposition: form-data; name="data"; filename="a.mp4"\r\n\r\n${more}`
  const options = {
    paths: new Map([['data', join(path, 'upload')]]),
    tooLarge: 'video_too_large' as const,
    maxSize: 1000,
    admit: async () => () => {},
  }
  const type = 'multipart/form-data; boundary=B'
  const code = await dripped(head, 100_000, type, (request) => receiveUpload(request, options))
  expect(code).toBe('upload_interrupted')
  clean()
})

describe('rates over HTTP', () => {
  test('a user who writes too much waits; others and readers do not', async () => {
    await using server = await bootServer({ writeRate: '1' })
    const [a, b] = await storedUsers(server, 2)
    const video = await storedVideo(server, a!.id)
    const like = (token: string) =>
      call(server, 'POST', 'favorite/action/', { token, video_id: video, action_type: 1 })
    const codes = await Promise.all(Array.from({ length: 30 }, () => like(a!.token)))
    const refused = codes.filter(({ status_code }) => status_code === 9429)
    expect(refused.length).toBeGreaterThanOrEqual(15)
    expect(codes.length - refused.length).toBeGreaterThanOrEqual(10)
    // By whatever route: the limit is that of its user.
    const follow = { token: a!.token, to_user_id: b!.id, action_type: 1 }
    const follows = await Promise.all(
      // Many, since one is allowed again with every second that this takes.
      Array.from({ length: 20 }, () => call(server, 'POST', 'relation/action/', follow)),
    )
    expect(follows.map(({ status_code }) => status_code)).toContain(9429)
    expect((await like(b!.token)).status_code).toBe(0)
    for (let i = 0; i < 30; i++) {
      expect((await call(server, 'GET', 'feed/', { token: a!.token })).status_code).toBe(0)
    }
  })

  test('reads are counted if wanted, by user, and by address without one', async () => {
    await using server = await bootServer({ readRate: '1' })
    const [a] = await storedUsers(server, 1)
    const ask = async (params: Record<string, string>) =>
      (await call(server, 'GET', 'feed/', params)).status_code
    const anonymous = await Promise.all(Array.from({ length: 30 }, () => ask({})))
    expect(anonymous.filter((code) => code === 9429).length).toBeGreaterThanOrEqual(15)
    expect(await ask({ token: a!.token })).toBe(0)
    // A token that is none is no way around.
    const forged = await Promise.all(Array.from({ length: 9 }, (_, i) => ask({ token: `x${i}` })))
    expect(forged).toContain(9429)
  })

  test('registrations from one address are counted if they are many', async () => {
    await using server = await bootServer({ registerRate: '3' })
    const register = async (at: number) =>
      (await call(server, 'POST', 'user/register/', { username: `n${at}`, password: 'secret-1' }))
        .status_code
    const codes: number[] = []
    for (let i = 0; i < 5; i++) codes.push(await register(i))
    expect(codes).toEqual([0, 0, 0, 9429, 9429])
  })
})
