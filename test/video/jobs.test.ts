import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/errors.ts'
import type { Media } from '../../src/media/media.ts'
import type { Store } from '../../src/store/store.ts'
import { createTranscoder } from '../../src/video/transcode.ts'
import { newMedia } from '../ports/harness.ts'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'
import { publish as publishFile, titles } from '../support/works.ts'

setDefaultTimeout(120_000)

interface Work {
  id: number
  title: string
}

describe('a job', () => {
  let server: TestServer
  let user: { id: number; token: string }
  let transcoder: ReturnType<typeof createTranscoder>
  /** What rendering does next: throws these one after the other, then succeeds. */
  let failures: Error[] = []
  let renders = 0

  const media: Media = {
    engine: 'embedded',
    inspect: async () => ({}) as never,
    async render(_, __, target) {
      renders++
      const failure = failures.shift()
      if (failure) throw failure
      writeFileSync(target, 'playable')
      return { size: 8, width: 2, height: 2, duration: 1 }
    },
    cover: async () => {},
    close: async () => {},
  }

  beforeAll(async () => {
    server = await bootServer()
    user = await register(server)
    const { store, blobs, log } = server.ctx
    transcoder = createTranscoder({ store, blobs, media, log }, 1)
  })
  afterAll(async () => {
    await transcoder.close()
    await server[Symbol.asyncDispose]()
  })

  const publish = async (title: string, sourceHash = title) => {
    const { store, config } = server.ctx
    const media = { ...newMedia(true), sourceHash }
    writeFileSync(join(config.data, media.source!), 'an upload')
    await store.videos.publish({ authorId: user.id, title, media, quota: 0 })
    transcoder.wake()
    return media
  }
  const settled = async () => {
    const list = await server.ctx.store.videos.list({ limit: 100, state: null })
    return list.every(({ media }) => media.state === 'ready' || media.state === 'failed')
  }
  const mine = (language: string) =>
    fetch(`${server.url}/douyin/publish/list/?token=${user.token}&user_id=${user.id}`, {
      headers: { 'accept-language': language },
    }).then(async (response) => ((await response.json()) as { video_list: Work[] }).video_list)

  test('that fails is tried once more', async () => {
    failures = [new AppError('video_damaged')]
    renders = 0
    await publish('second try')
    await until(settled)
    expect(renders).toBe(2)
    expect(await titles(server, 'feed/')).toEqual(['second try'])
  })

  test('that fails twice tells its author why, with every blank filled in', async () => {
    const failure = new AppError('video_too_long', { max: 600 })
    failures = [failure, failure]
    const media = await publish('refused')
    await until(settled)
    expect((await mine('zh'))[0]!.title).toBe('【视频时长超过 600 秒】refused')
    expect((await mine('en'))[0]!.title).toBe('【The video is longer than 600 seconds】refused')
    expect(await titles(server, 'feed/')).not.toContain('refused')
    // What can never be shown is not kept.
    await until(() => filesOf(server).sources.length === 0)
    const known = await server.ctx.store.videos.mediaOf(media.sourceHash)
    expect(known).toMatchObject({ state: 'failed', source: null })
  })

  test('waits while the disk is full or the server busy, and uses up no try', async () => {
    const passing = ['storage_full', 'busy', 'storage_full', 'busy', 'storage_full'] as const
    failures = [...passing.map((code) => new AppError(code)), new AppError('video_damaged')]
    await publish('patient')
    await until(settled)
    expect((await titles(server, 'feed/'))[0]).toBe('patient')
  })

  test('that failed by no fault of the file is replaced when the same bytes are uploaded again', async () => {
    const [bytes, bad] = [await freshClip('hevc-mov'), new Error('no more processes')]
    const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
    failures = [bad, bad]
    await publish('unlucky', hash)
    await until(settled)
    expect((await mine('en'))[0]!.title).toBe('【Something went wrong on the server】unlucky')
    await publishFile(server, user.token, 'lucky', bytes)
    const waiting = ['【processing】lucky', '【processing】unlucky']
    expect((await mine('en')).slice(0, 2).map((work) => work.title)).toEqual(waiting)
    await until(settled)
    expect((await titles(server, 'feed/')).slice(0, 2).toSorted()).toEqual(['lucky', 'unlucky'])
    for (const { cover_url, play_url } of (await call(server, 'GET', 'feed/')).video_list.slice(
      0,
      2,
    )) {
      expect([(await fetch(cover_url)).status, (await fetch(play_url)).status]).toEqual([200, 200])
    }
  })

  test('is not forgotten when it is added while the last worker ends', async () => {
    const claims: PromiseWithResolvers<null>[] = []
    const jobs: Store['jobs'] = {
      ...server.ctx.store.jobs,
      claim() {
        const claim = Promise.withResolvers<null>()
        claims.push(claim)
        return claim.promise
      },
    }
    const store = { ...server.ctx.store, jobs }
    await using late = closing(createTranscoder({ ...server.ctx, media, store }, 1))
    for (let i = 0; i < availableParallelism(); i++) late.wake()
    await until(() => claims.length === availableParallelism())
    late.wake()
    for (const claim of claims.splice(0)) claim.resolve(null)
    await until(() => claims.length > 0)
    for (const claim of claims) claim.resolve(null)
  })
})

const closing = (transcoder: ReturnType<typeof createTranscoder>) => ({
  ...transcoder,
  [Symbol.asyncDispose]: transcoder.close,
})
