import { afterAll, beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { publish, titles } from '../support/works.ts'

setDefaultTimeout(120_000)

interface Work {
  id: number
  title: string
}

/** Lets no job begin until what it returns is called. */
function holdJobs({ ctx }: TestServer): () => void {
  const { jobs } = ctx.store
  const claim = jobs.claim
  const gate = Promise.withResolvers<void>()
  const spy = spyOn(jobs, 'claim').mockImplementation(async () => {
    await gate.promise
    return claim.call(jobs)
  })
  return () => {
    spy.mockRestore()
    gate.resolve()
  }
}

describe('a transcode', () => {
  let server: TestServer
  let user: { id: number; token: string }

  beforeAll(async () => {
    server = await bootServer()
    user = await register(server)
    // So that the children are there, and the clips made.
    await publish(server, user.token, 'warm', await freshClip())
    await freshClip('hevc-mov')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const waiting = async () => {
    const list = await server.ctx.store.videos.list({ limit: 100, state: null })
    return list.filter(({ media }) => media.state !== 'ready').length
  }
  const mine = () => ({ token: user.token, user_id: user.id })

  test('is visible to its author alone until it is ready, and then the newest in the feed', async () => {
    const release = holdJobs(server)
    await publish(server, user.token, 'A', await freshClip('hevc-mov'))
    await publish(server, user.token, 'B', await freshClip())
    // B can be watched while A is still in the making.
    expect(await titles(server, 'feed/')).toEqual(['B', 'warm'])
    expect(await titles(server, 'publish/list/', mine())).toEqual(['B', '【处理中】A', 'warm'])
    expect(await titles(server, 'publish/list/', { user_id: user.id })).toEqual(['B', 'warm'])
    const [newest] = await server.ctx.store.videos.feed(Number.MAX_SAFE_INTEGER, 1)
    const seen = newest!.video.publishedAt!
    release()
    await until(async () => (await waiting()) === 0)
    // By the moment of publishing A would stand below B, where nobody looks again.
    expect(await titles(server, 'feed/')).toEqual(['A', 'B', 'warm'])
    expect(await titles(server, 'publish/list/', mine())).toEqual(['B', 'A', 'warm'])
    // Whoever pages on from B doesn't find A below it.
    expect(await titles(server, 'feed/', { latest_time: seen })).toEqual(['B', 'warm'])
    await until(() => filesOf(server).sources.length + filesOf(server).tmp.length === 0)
  })

  test('does not delay uploads that need none, however many wait', async () => {
    const slow = async (title: string) =>
      publish(server, user.token, title, await freshClip('hevc-mov'))
    // Three at a time, and as many as it takes: on some machines jobs are done nearly as fast.
    for (let i = 0; (await waiting()) <= availableParallelism() + 2; i++) {
      await Promise.all(['a', 'b', 'c'].map((one) => slow(`slow ${i}${one}`)))
    }
    await publish(server, user.token, 'quick', await freshClip())
    expect(await waiting()).toBeGreaterThan(0)
    const running = await server.ctx.store.videos.list({ limit: 100, state: 'running' })
    expect(running.length).toBeLessThanOrEqual(availableParallelism())
    expect((await titles(server, 'feed/'))[0]).toBe('quick')
    await until(async () => (await waiting()) === 0)
  })

  test.skipIf(process.platform !== 'linux')('runs at low priority', async () => {
    await publish(server, user.token, 'nice', await freshClip('hevc-mov'))
    const niceness = () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((pid) => {
          try {
            const [, rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
            const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
            const fields = rest!.split(' ')
            const ours = Number(fields[1]) === process.pid && command.includes('__media')
            return ours ? [`${command.includes('background')} ${fields[16]}`] : []
          } catch {
            return []
          }
        })
    // In the child itself, so a moment after it started.
    await until(() => niceness().includes('true 10'))
    expect(niceness()).toContain('false 0')
    await until(async () => (await waiting()) === 0)
  })

  test('of a video that is removed meanwhile leaves no file, and no failure in the log', async () => {
    const before = filesOf(server)
    await publish(server, user.token, 'unwanted', await freshClip('hevc-mov'))
    const [work] = (await call(server, 'GET', 'publish/list/', mine())).video_list as [Work]
    await until(
      async () => (await server.ctx.store.videos.show(work.id))?.media.state === 'running',
    )
    const data = ['--data', server.ctx.config.data]
    const removed = await run([...fromSource, 'videos', 'remove', `${work.id}`, '--yes', ...data])
    expect(removed.code).toBe(0)
    await publish(server, user.token, 'next', await freshClip('hevc-mov'))
    await until(async () => (await waiting()) === 0)
    // Both jobs may still be at their last step, which is to take away what nobody needs.
    await until(() => {
      const { videos, covers, sources, tmp } = filesOf(server)
      const more = [videos.length - before.videos.length, covers.length - before.covers.length]
      return more.join() === '1,1' && sources.length + tmp.length === 0
    })
    expect(await titles(server, 'feed/')).not.toContain('unwanted')
    expect(server.lines.filter((line) => line.includes('ERROR'))).toEqual([])
  })
})

test('a job survives kill -9 and a restart, and is visible once', async () => {
  const { path, clean } = temporaryDirectory()
  const first = await spawnServer(fromSource, path)
  const user = await register(first)
  await publish(first, user.token, 'survivor', await freshClip('hevc-mov'))
  const store = createSqliteStore(join(path, 'douyin.db'))
  const inState = (state: 'running' | 'ready') => store.videos.list({ limit: 9, state })
  await until(async () => (await inState('running')).length === 1)
  await first.end('SIGKILL')
  expect(await inState('running')).toHaveLength(1)

  await using second = await spawnServer(fromSource, path)
  await until(async () => (await inState('ready')).length === 1)
  await store.close()
  expect(await titles(second, 'feed/')).toEqual(['survivor'])
  const mine = { token: user.token, user_id: user.id }
  expect(await titles(second, 'publish/list/', mine)).toEqual(['survivor'])
  expect((await call(second, 'GET', 'user/', mine)).user.work_count).toBe(1)
  const [work] = (await call(second, 'GET', 'feed/')).video_list
  expect((await fetch(work.play_url)).headers.get('content-type')).toBe('video/mp4')
  expect(readdirSync(join(path, 'videos'))).toHaveLength(1)
  await until(() => ['sources', 'tmp'].every((name) => readdirSync(join(path, name)).length === 0))
  clean()
})
