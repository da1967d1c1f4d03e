import { describe, expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '../../src/http/server/log.ts'
import { createLogBuffer } from '../../src/http/server/log-buffer.ts'
import { call } from '../support/api.ts'
import { fromSource, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

describe('lines', () => {
  test('go out together, in order, a little later', async () => {
    const out: string[] = []
    const lines = createLogBuffer((text) => out.push(text))
    for (const line of ['one', 'two', 'three']) lines.write(line)
    expect(out).toEqual([])
    await until(() => out.length > 0)
    expect(out).toEqual(['one\ntwo\nthree\n'])
  })

  test('an urgent one goes at once, and after those before it', () => {
    const out: string[] = []
    const lines = createLogBuffer((text) => out.push(text))
    const log = createLog('text', lines.write, () => new Date(0))
    log.request('GET', '/x', 200, 1)
    log.failure('GET /y', 'why')
    expect(out).toHaveLength(1)
    expect(out[0]!.split('\n')[1]).toContain('ERROR GET /y: why')
    lines.flush()
    expect(out).toHaveLength(1)
  })

  test('many go at once, however short the time: they are not kept without bound', () => {
    const out: string[] = []
    const lines = createLogBuffer((text) => out.push(text))
    for (let n = 0; n < 10_000; n++) lines.write('x'.repeat(100))
    expect(out.length).toBeGreaterThan(25)
    lines.flush()
    expect(out.join('').length).toBe(10_000 * 101)
  })
})

test('what was logged right before the end is there; in JSON each line names its request', async () => {
  const { path, clean } = temporaryDirectory()
  const data = join(path, 'data')
  mkdirSync(data)
  await using server = await spawnServer(fromSource, data, { flags: ['--log', 'json'] })
  const ids: (string | null)[] = []
  for (let n = 0; n < 20; n++) {
    const { headers } = await fetch(`${server.url}/douyin/feed/`)
    ids.push(headers.get('x-request-id'))
    // A page may read it too.
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id')
  }
  expect((await call(server, 'GET', 'feed/')).status_code).toBe(0)
  await server.end('SIGTERM')
  const lines = server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter((line) => 'path' in line)
  expect(lines).toHaveLength(21)
  expect(lines.slice(0, 20).map((line) => line.request_id)).toEqual(ids)
  expect(new Set(ids).size).toBe(20)
  clean()
})
