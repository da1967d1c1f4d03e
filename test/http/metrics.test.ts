import { afterAll, beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import { createHistogram, formatMetric, observe } from '../../src/http/metrics/metric.ts'
import { createMetrics } from '../../src/http/metrics/metrics.ts'
import { call, register } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'

setDefaultTimeout(60_000)

let server: TestServer
beforeAll(async () => {
  server = await bootServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** The samples of `/metrics`, by name and labels as they stand there. */
async function samples(from: { url: string } = server): Promise<Map<string, number>> {
  const response = await fetch(`${from.url}/metrics`)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = (await response.text()).split('\n').filter((line) => line && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^([a-z_]+(?:\{(?:[a-z]+="[^"]*",?)*\})?) (\S+)$/.exec(line) ?? []
      expect(Number.isFinite(Number(value)), line).toBe(true)
      return [name!, Number(value)]
    }),
  )
}

const requests = (route: string, status = 200) =>
  `douyin_http_requests_total{route="${route}",status="${status}"}`

describe('/metrics', () => {
  test('counts requests by route, however the path is written, and never by what strangers ask', async () => {
    const before = await samples()
    for (const path of ['/douyin/feed', '/douyin/feed/', '/douyin/feed?token=x']) {
      await fetch(server.url + path)
    }
    for (let n = 0; n < 50; n++) await fetch(`${server.url}/nothing-${n}?x=${n}`)
    for (let n = 0; n < 20; n++) await fetch(`${server.url}/videos/nothing-${n}.mp4`)
    const after = await samples()
    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
    expect(more(requests('/douyin/feed/'))).toBe(3)
    expect(more(requests('other', 404))).toBe(50)
    expect(more(requests('/videos/:name', 404))).toBe(20)
    expect([...after.keys()].filter((name) => name.includes('nothing'))).toEqual([])
    expect(more('douyin_http_request_duration_seconds_count{route="/douyin/feed/"}')).toBe(3)
  })

  test('a histogram only grows from bound to bound, up to its count', async () => {
    const all = [...(await samples())].filter(([name]) => name.startsWith('douyin_commit_writes'))
    const buckets = all.filter(([name]) => name.includes('_bucket')).map(([, value]) => value)
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b))
    expect(buckets.at(-1)).toBe(new Map(all).get('douyin_commit_writes_count')!)
  })

  test('counts commits, the writes that shared them, and refusals by their code', async () => {
    const before = await samples()
    const people = await Promise.all(Array.from({ length: 4 }, () => register(server)))
    await call(server, 'POST', 'relation/action/', {
      token: people[0]!.token,
      to_user_id: people[0]!.id,
      action_type: 1,
    })
    const after = await samples()
    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
    // Each a user with a session.
    expect(more('douyin_commit_writes_sum')).toBe(4)
    expect(more('douyin_commit_duration_seconds_count')).toBe(more('douyin_commit_writes_count'))
    expect(more('douyin_refusals_total{code="self_follow"}')).toBe(1)
  })

  test('tells of sockets, jobs, the event loop, memory, the disk and the process', async () => {
    const { token } = await register(server)
    const socket = new WebSocket(
      `${server.url.replace('http', 'ws')}/douyin/message/ws?token=${token}`,
    )
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    const found = await samples()
    socket.close()
    expect(found.get('douyin_websockets')).toBe(1)
    for (const name of [
      ...['douyin_jobs{state="queued"}', 'douyin_jobs{state="running"}', 'douyin_ready'],
      ...['douyin_event_loop_lag_seconds_count', 'process_resident_memory_bytes'],
      ...['process_cpu_seconds_total', 'process_start_time_seconds', 'douyin_disk_free_bytes'],
    ]) {
      expect(found.has(name), name).toBe(true)
    }
    expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(1 << 20)
  })

  test('is for those on the own network; what a proxy passes on is not, unless it is believed', async () => {
    const status = async (url: string, headers = {}) =>
      (await fetch(`${url}/metrics`, { headers })).status
    expect(await status(server.url)).toBe(200)
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded']) {
      expect(await status(server.url, { [name]: '192.168.1.2' }), name).toBe(404)
    }
    await using behind = await bootServer({ trustProxy: '127.0.0.1' })
    expect(await status(behind.url, { 'x-forwarded-for': '192.168.1.2' })).toBe(200)
    for (const address of [
      '8.8.8.8',
      '172.32.0.1',
      '100.128.0.1',
      '2001:db8::1',
      '11.0.0.1',
      'x',
    ]) {
      expect(await status(behind.url, { 'x-forwarded-for': address }), address).toBe(404)
    }
    for (const address of ['10.1.2.3', '172.16.0.1', '100.64.0.1', 'fd00::1', 'fe80::1', '::1']) {
      expect(await status(behind.url, { 'x-forwarded-for': address }), address).toBe(200)
    }
    await using open = await bootServer({ metrics: 'all', trustProxy: '127.0.0.1' })
    expect(await status(open.url, { 'x-forwarded-for': '8.8.8.8' })).toBe(200)
    await using closed = await bootServer({ metrics: 'off' })
    expect(await status(closed.url)).toBe(404)
  })
})

describe('/healthz', () => {
  const health = async (from: { url: string }) => {
    const response = await fetch(`${from.url}/healthz`)
    return { status: response.status, body: (await response.json()) as any }
  }

  test('says ready, and names no path', async () => {
    const { status, body } = await health(server)
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        status: 'ok',
        ready: true,
        checks: { database: 'ok', files: 'ok', disk: 'ok', media: 'embedded' },
      },
    })
  })

  test('says why not: the store, the directory, the disk', async () => {
    const ping = spyOn(server.ctx.store, 'ping').mockRejectedValue(new Error('no'))
    expect(await health(server)).toMatchObject({
      status: 503,
      body: { ready: false, status: expect.stringContaining('database') },
    })
    ping.mockRestore()
    await using full = await bootServer({ minFree: '1000TB' })
    expect(await health(full)).toMatchObject({
      status: 503,
      body: { status: 'the disk is nearly full', checks: { database: 'ok', files: 'ok' } },
    })
    await using bare = await bootServer()
    rmSync(join(bare.ctx.config.data, 'videos'), { recursive: true })
    expect(await health(bare)).toMatchObject({
      status: 503,
      body: { checks: { database: 'ok', files: expect.stringContaining('gone') } },
    })
  })
})

describe('the parts', () => {
  test('a value on a bound is below it', () => {
    const histogram = createHistogram([1, 2])
    for (const value of [0, 1, 1.5, 2, 3]) observe(histogram, value)
    expect([[...histogram.counts], histogram.sum]).toEqual([[2, 2, 1], 7.5])
  })

  test('labels are quoted as the format wants it', () => {
    const text = formatMetric('x', 'gauge', 'Help.', [[{ a: 'say "hi"\\\n' }, 1]])
    expect(text).toBe('# HELP x Help.\n# TYPE x gauge\nx{a="say \\"hi\\"\\\\\\n"} 1\n')
  })

  test('a request of any kind finds its route', () => {
    const metrics = createMetrics()
    metrics.declare(['/douyin/feed/', '/videos/:name', '/'])
    for (const path of [
      '/douyin/feed',
      '/douyin/feed/',
      '/videos/a.mp4',
      '/',
      '',
      '/douyin/feedx',
    ]) {
      metrics.request(path, 200, 1)
    }
    metrics.close()
    const counts = [...metrics.routes].map(([route, { statuses }]) => [route, statuses.get(200)])
    expect(Object.fromEntries(counts)).toEqual({
      other: 1,
      '/douyin/feed/': 2,
      '/videos/:name': 1,
      '/': 2,
    })
  })

  test('private is the default', () => {
    expect(loadConfig({}).metrics).toBe('private')
  })
})
