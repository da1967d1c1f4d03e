import { afterAll, beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from 'bun:test'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import { MediaTrouble } from '../../src/media/media.ts'
import { isMissing, missingFiles } from '../../src/video/files.ts'
import { newMedia } from '../ports/harness.ts'
import { register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { makeClip } from '../support/media/make.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run } from '../support/spawn.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'
import { publish, titles } from '../support/works.ts'

setDefaultTimeout(120_000)

// The mistake that these catch: trouble of ours is taken for a fault of the file, which is then
// refused, and its bytes with it, for everybody and for good.

describe('an upload that nobody could look at, or copy,', () => {
  let server: TestServer
  let user: { id: number; token: string }
  beforeAll(async () => {
    server = await bootServer()
    user = await register(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const mine = () => titles(server, 'publish/list/', { token: user.token, user_id: user.id })

  test.each(['inspect', 'render'] as const)(
    'since %s was lost, is kept, done when asked for, and has a real cover then',
    async (step) => {
      const trouble = new MediaTrouble('crash', `${step} was lost`)
      const spy = spyOn(server.ctx.media, step).mockRejectedValueOnce(trouble)
      await publish(server, user.token, step, await freshClip())
      spy.mockRestore()
      expect((await mine())[0]).toBe(`【处理中，已延迟】${step}`)
      expect(await titles(server, 'feed/')).not.toContain(step)
      const [work] = await server.ctx.store.videos.list({ limit: 9, state: 'delayed' })
      expect(work).toMatchObject({ job: { reason: `${step} was lost`, tries: 1 } })
      const drawn = work!.video.cover

      const cli = (...words: string[]) =>
        run([...fromSource, 'videos', ...words, '--data', server.ctx.config.data])
      expect((await cli('--state', 'delayed')).stdout).toContain(`${step} was lost`)
      expect((await cli('retry', `${work!.video.id}`)).code).toBe(0)
      // Its next look at the store, which a server takes every 15 seconds.
      server.transcoder.wake()
      await until(async () => (await titles(server, 'feed/'))[0] === step)
      const [clip] = await server.ctx.store.videos.feed(Number.MAX_SAFE_INTEGER, 1)
      expect(clip!.video.cover).not.toBe(drawn)
      await until(() => filesOf(server).sources.length + filesOf(server).tmp.length === 0)
      expect(filesOf(server).covers).not.toContain(drawn.slice('covers/'.length))
      expect((await cli('retry', `${work!.video.id}`)).code).not.toBe(0)
    },
  )
})

test('a copy with a broken end is replaced by a transcode, and never leaves the feed', async () => {
  await using server = await bootServer()
  const user = await register(server)
  const whole = await freshClip('mpegts')
  // In the middle of the last frames.
  const cut = whole.subarray(0, Math.floor(whole.length * 0.9) + 77)
  await publish(server, user.token, 'cut', cut)
  const [before] = await server.ctx.store.videos.feed(Number.MAX_SAFE_INTEGER, 1)
  expect(before!.video).toMatchObject({ title: 'cut', state: 'ready' })
  const gone: unknown[] = []
  await until(async () => {
    const [now] = await server.ctx.store.videos.feed(Number.MAX_SAFE_INTEGER, 1)
    if (now?.video.id !== before!.video.id) gone.push(now)
    return now?.video.video !== before!.video.video
  })
  expect(gone).toEqual([])
  // Who plays the old file may go on.
  expect((await fetch(`${server.url}/${before!.video.video}`)).status).toBe(200)
  const [after] = await server.ctx.store.videos.feed(Number.MAX_SAFE_INTEGER, 1)
  expect((await fetch(`${server.url}/${after!.video.video}`)).status).toBe(200)
  expect(after!.video.publishedAt).toBe(before!.video.publishedAt)
  const path = server.ctx.blobs.localPath(after!.video.video)
  const inspection = await server.ctx.media.inspect(path)
  expect(await server.ctx.media.verify(path, inspection, 1)).toBe(true)
})

// Its job copies the picture as the upload of another does, whose end is looked at.
test('a picture that is copied beside a sound that is not is checked, too', async () => {
  await using server = await bootServer()
  const user = await register(server)
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=30:d=3', '-c:v', 'libx264']
  const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:d=3', '-c:a', 'mp2']
  const args = [
    ...picture.slice(0, 4),
    ...sound.slice(0, 4),
    ...picture.slice(4),
    ...sound.slice(4),
  ]
  const whole = readFileSync(await makeClip('mpegts', [...args, '-pix_fmt', 'yuv420p']))
  await publish(server, user.token, 'cut', whole.subarray(0, Math.floor(whole.length * 0.9) + 77))
  const { store, blobs, media } = server.ctx
  const isDone = async () => Object.values(await store.jobs.waiting()).every((n) => n === 0)
  await until(isDone)
  const [clip] = await store.videos.feed(Number.MAX_SAFE_INTEGER, 1)
  const path = blobs.localPath(clip!.video.video)
  expect(await media.verify(path, await media.inspect(path), 1)).toBe(true)
})

describe('bytes whose files are lost', () => {
  let server: TestServer
  let user: { id: number; token: string }
  beforeAll(async () => {
    server = await bootServer()
    user = await register(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const feed = () => server.ctx.store.videos.feed(Number.MAX_SAFE_INTEGER, 2)
  const lose = (name: string) => rmSync(server.ctx.blobs.localPath(name))
  const statuses = async () => {
    const clips = await feed()
    const urls = clips.flatMap(({ video }) => [video.video, video.cover])
    return Promise.all(urls.map(async (url) => (await fetch(`${server.url}/${url}`)).status))
  }

  // The upload succeeded, and nobody could play what it published.
  test.each(['h264', 'hevc-mov'] as const)(
    'of a ready video, as a disk that failed loses them, are there again after the next upload: %s',
    async (name) => {
      const bytes = await freshClip(name)
      await publish(server, user.token, `first ${name}`, bytes)
      const isShown = async (title: string) => (await feed())[0]?.video.title === title
      await until(() => isShown(`first ${name}`))
      const [before] = await feed()
      lose(before!.video.video)
      await publish(server, user.token, `second ${name}`, bytes)
      await until(() => isShown(`second ${name}`))
      await until(async () => (await statuses()).every((status) => status === 200))
      const [second, first] = await feed()
      expect(first!.video).toMatchObject({
        ...{ id: before!.video.id, publishedAt: before!.video.publishedAt, state: 'ready' },
        ...{ video: second!.video.video, cover: second!.video.cover },
      })
      expect(first!.video.video).not.toBe(before!.video.video)
    },
  )

  // Made by a native ffmpeg, lost, and looked at by the embedded one, which knows less.
  test('and that no ffmpeg here takes any more are not refused: they were converted before', async () => {
    const bytes = await freshClip('hevc-mov')
    await publish(server, user.token, 'early', bytes)
    await until(async () => (await feed())[0]?.video.title === 'early')
    const [early] = await feed()
    lose(early!.video.video)
    const [missing] = await Array.fromAsync(missingFiles(server.ctx))
    const damaged = new AppError('video_damaged')
    const spy = spyOn(server.ctx.media, 'render').mockRejectedValueOnce(damaged)
    await publish(server, user.token, 'late', bytes)
    // `doctor --fix` looks once more before it removes what it had missed.
    expect(missing).toMatchObject({ part: 'video', name: early!.video.video })
    expect(await isMissing(server.ctx, missing!)).toBe(false)
    const mine = () => titles(server, 'publish/list/', { token: user.token, user_id: user.id })
    await until(async () => (await mine())[0] === '【处理中，已延迟】late')
    spy.mockRestore()
    expect((await feed())[0]!.video.title).toBe('early')
    const [work] = await server.ctx.store.videos.list({ limit: 1, state: 'delayed' })
    await server.ctx.store.jobs.retry(work!.video.id)
    server.transcoder.wake()
    await until(async () => (await feed())[0]?.video.title === 'late')
    expect(await statuses()).toEqual([200, 200, 200, 200])
  })

  test.each(['is missing', 'has changed'])(
    'of an upload that waits and %s, are taken from the next one',
    async (state) => {
      const bytes = await freshClip('hevc-mov')
      const trouble = new MediaTrouble('crash', 'it was killed')
      const spy = spyOn(server.ctx.media, 'render').mockRejectedValueOnce(trouble)
      await publish(server, user.token, `first ${state}`, bytes)
      const delayed = () => server.ctx.store.videos.list({ limit: 9, state: 'delayed' })
      await until(async () => (await delayed()).length === 1)
      spy.mockRestore()
      const source = (await delayed())[0]!.media.source!
      if (state === 'is missing') lose(source)
      else writeFileSync(server.ctx.blobs.localPath(source), new Uint8Array(bytes.length))
      const second = `second ${state}`
      await publish(server, user.token, second, bytes)
      await until(async () => (await feed())[0]?.video.title === second)
      const shown = (await feed()).map(({ video }) => video.title)
      expect(shown.toSorted()).toEqual([`first ${state}`, second])
      expect(await statuses()).toEqual([200, 200, 200, 200])
      expect(await delayed()).toEqual([])
    },
  )
})

describe('bytes that an earlier server refused', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await bootServer()
    // Jobs are claimed here.
    await server.transcoder.close()
    token = (await register(server)).token
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** The status of an upload of bytes whose job ended with a failure, which the store still has. */
  const again = async (failure: string): Promise<{ status: number; shown: boolean }> => {
    const { store } = server.ctx
    const bytes = await freshClip()
    const sourceHash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
    const author = await register(server)
    const media = { ...newMedia(true), sourceHash }
    await store.videos.publish({ authorId: author.id, title: failure, media, quota: 0 })
    const job = (await store.jobs.claim())!
    await store.jobs.fail(job, failure)
    const parts = [
      ['title', `again ${failure}`],
      ['data', bytes],
    ] as const
    const { status_code: status } = await upload(server, parts, `?token=${token}`)
    return { status: Number(status), shown: (await titles(server, 'feed/')).includes(failure) }
  }

  test.each([
    'video_too_long?max=5',
    'video_too_big?max=100',
    'video_too_fast?max=30',
    'video_needs_memory?needed=2+GB&max=1+GB',
    'video_too_demanding?minutes=90&max=60',
    'codec_unsupported?codec=H264',
    'sound_unsupported?codec=AAC',
    'media_gone',
    'of_another_version',
  ])('for %s, are looked at anew, and shown if they are good now', async (failure) => {
    expect(await again(failure)).toEqual({ status: 0, shown: true })
  })

  test.each<[ErrorCode, number]>([
    ['not_a_video', 3003],
    ['video_damaged', 3004],
    ['video_protected', 3014],
    ['photo', 3016],
    ['sound_only', 3017],
  ])('as %s, which no setting changes, are refused at once', async (failure, status) => {
    expect(await again(failure)).toEqual({ status, shown: false })
  })
})
