import { afterAll, beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from 'bun:test'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src/errors.ts'
import type { Media } from '../../src/media/media.ts'
import { MediaTrouble } from '../../src/media/media.ts'
import type { Store } from '../../src/store/store.ts'
import { createDiskSpace } from '../../src/video/disk-space.ts'
import { createTranscoder } from '../../src/video/jobs/transcoder.ts'
import { createWorkRate } from '../../src/video/jobs/work-rate.ts'
import { register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUpload } from '../support/stored.ts'
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
      return { size: 8, width: 2, height: 2, duration: 1, cpuMs: 0 }
    },
    cover: async () => {},
    drawCover: async () => {},
    picture: async () => {},
    verify: async () => true,
    calibrate: async () => 1,
    workOf: async () => ({ decode: 1, transcode: 1 }),
    close: async () => {},
  }

  beforeAll(async () => {
    server = await bootServer()
    user = await register(server)
    const { store, blobs } = server.ctx
    const [workRate, diskSpace] = [createWorkRate({ store, media }), createDiskSpace(blobs)]
    transcoder = createTranscoder({ ...server.ctx, media, workRate, diskSpace }, 1)
  })
  afterAll(async () => {
    await transcoder.close()
    await server[Symbol.asyncDispose]()
  })

  const publish = async (title: string, bytes?: Uint8Array) => {
    const media = await storedUpload(server, user.id, { title, ...(bytes && { bytes }) })
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

  test('that is refused is not tried again, and tells its author why, with every blank filled in', async () => {
    failures = [new AppError('sound_only', { format: 'AAC' })]
    renders = 0
    const media = await publish('refused')
    await until(settled)
    expect(renders).toBe(1)
    const sentence =
      'The file has only sound (AAC) and no picture; please upload a video with a picture'
    expect((await mine('en'))[0]!.title).toBe(`【${sentence}】refused`)
    expect((await mine('zh'))[0]!.title).toContain('文件里只有声音（AAC）')
    expect(await titles(server, 'feed/')).not.toContain('refused')
    // What can never be shown is not kept.
    await until(() => filesOf(server).sources.length === 0)
    const known = await server.ctx.store.videos.mediaOf(media.sourceHash)
    expect(known).toMatchObject({ state: 'failed', source: null })
  })

  const delayed = () => server.ctx.store.videos.list({ limit: 9, state: 'delayed' })
  const tries = async () => (await delayed())[0]?.job?.tries

  /** Publishes what ends in the trouble that comes next twice, and is then done. */
  const sitOut = async (title: string, shown: { zh: string; en: string }) => {
    const media = await publish(title)
    await until(async () => (await tries()) === 1)
    const [work] = await delayed()
    expect(work!.job!.nextAt).toBeGreaterThan(Date.now())
    expect((await mine('zh'))[0]!.title).toBe(`【处理中，已延迟${shown.zh}】${title}`)
    expect((await mine('en'))[0]!.title).toBe(`【processing, delayed${shown.en}】${title}`)
    expect(filesOf(server).sources).toEqual([media.source.slice('sources/'.length)])
    // The command line asks, beside the server; the server is told by its next look.
    await server.ctx.store.jobs.retry(work!.video.id)
    transcoder.wake()
    await until(async () => (await tries()) === 2)
    await server.ctx.store.jobs.retry(work!.video.id)
    transcoder.wake()
    await until(settled)
    expect((await titles(server, 'feed/'))[0]).toBe(title)
    return work!.job!
  }

  test.each([
    new AppError('storage_full'),
    new AppError('busy'),
    new MediaTrouble('timeout', 'it took too long'),
    new MediaTrouble('crash', 'it was killed'),
    new Error('spawn /gone/ffmpeg ENOENT'),
  ])('in trouble keeps its upload, says why, and is done when asked for: %p', async (trouble) => {
    failures = [trouble, trouble]
    const { reason } = await sitOut(`patient ${trouble.message}`, { zh: '', en: '' })
    expect(reason).toBe(trouble.message)
  })

  // A file that says it has one frame was given no more time after each timeout.
  test.each([
    [0, 60],
    [45, 90],
  ])('that ran out of time when %p s were expected is given %p', async (before, after) => {
    failures = [new MediaTrouble('timeout', 'it took too long')]
    const title = `late after ${before}`
    const delay = spyOn(server.ctx.store.jobs, 'delay')
    const { videoId } = await storedUpload(server, user.id, { title, seconds: before })
    transcoder.wake()
    await until(async () => (await tries()) === 1)
    expect(delay.mock.calls.map(([, { seconds }]) => seconds)).toEqual([after])
    delay.mockRestore()
    await server.ctx.store.jobs.retry(videoId)
    transcoder.wake()
    await until(settled)
  })

  // Accepted by a server with other settings, on a larger machine, or with another ffmpeg.
  test.each([
    new AppError('video_too_long', { max: 5 }),
    new AppError('video_too_big', { max: 100 }),
    new AppError('video_too_fast', { max: 30 }),
    new AppError('video_needs_memory', { needed: '2 GB', max: '1 GB' }),
    new AppError('video_too_demanding', { minutes: 90, max: 60 }),
    new AppError('codec_unsupported', { codec: 'AV1 10 bit' }),
    new AppError('sound_unsupported', { codec: 'AC4' }),
  ])('refused by a setting tells its author, and is tried once a day: %p', async (refusal) => {
    failures = [refusal, refusal]
    const shown = { zh: `：${refusal.text('zh')}`, en: `: ${refusal.text('en')}` }
    const { nextAt } = await sitOut(`patient ${refusal.code}`, shown)
    expect(nextAt).toBeGreaterThan(Date.now() + 23 * 3_600_000)
  })

  // A disk that isn't mounted ended every job that waited, and forgot its upload.
  test.each(['missing', 'incomplete'])('whose upload is %s waits for its disk', async (state) => {
    failures = []
    const title = `a file that is ${state}`
    const { source } = await storedUpload(server, user.id, { title })
    const path = join(server.ctx.config.data, source)
    const bytes = readFileSync(path)
    if (state === 'missing') rmSync(path)
    else writeFileSync(path, bytes.subarray(1))
    transcoder.wake()
    await until(async () => (await tries()) === 1)
    const [work] = await delayed()
    expect(work).toMatchObject({ job: { reason: `${source} is ${state}` }, media: { source } })
    writeFileSync(path, bytes)
    await server.ctx.store.jobs.retry(work!.video.id)
    transcoder.wake()
    await until(settled)
    expect((await titles(server, 'feed/'))[0]).toBe(title)
  })

  // What a failing disk, or somebody who writes there, makes of a file is no fault of who sent it.
  test('whose upload is another file on the disk is refused by nobody', async () => {
    failures = [new AppError('video_damaged')]
    const title = 'a file that is changed'
    const { source } = await storedUpload(server, user.id, { title })
    const path = join(server.ctx.config.data, source)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.toReversed())
    transcoder.wake()
    await until(async () => (await tries()) === 1)
    const [work] = await delayed()
    expect(work!.job!.reason).toBe(`${source} has changed on the disk`)
    writeFileSync(path, bytes)
    await server.ctx.store.jobs.retry(work!.video.id)
    transcoder.wake()
    await until(settled)
    expect((await titles(server, 'feed/'))[0]).toBe(title)
  })

  test('of a work that is removed meanwhile ends without a word', async () => {
    const rendered = Promise.withResolvers<void>()
    const spy = spyOn(media, 'render').mockImplementationOnce(async () => {
      await server.ctx.store.videos.remove(videoId)
      rendered.resolve()
      throw new MediaTrouble('crash', 'its file is gone')
    })
    const note = spyOn(server.ctx.log, 'note')
    const { videoId } = await storedUpload(server, user.id, { title: 'removed' })
    transcoder.wake()
    await rendered.promise
    // The next one is done after it.
    await publish('after the removed one')
    await until(settled)
    expect(note.mock.calls.filter(([line]) => line.includes('delayed'))).toEqual([])
    spy.mockRestore()
    note.mockRestore()
  })

  test('whose bytes somebody else uploads meanwhile is one for both', async () => {
    const bytes = await freshClip('hevc-mov')
    failures = [new MediaTrouble('crash', 'it was killed')]
    await publish('first', bytes)
    await until(async () => (await server.ctx.store.jobs.waiting()).delayed === 1)
    const other = await register(server)
    // Which asks for the next try, too.
    await publishFile(server, other.token, 'second', bytes)
    await until(settled)
    expect((await titles(server, 'feed/')).slice(0, 2).toSorted()).toEqual(['first', 'second'])
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
    await using late = closing(
      createTranscoder(
        {
          ...server.ctx,
          media,
          store,
          workRate: createWorkRate({ store, media }),
          diskSpace: createDiskSpace(server.ctx.blobs),
        },
        1,
      ),
    )
    late.wake()
    await until(() => claims.length === 1)
    late.wake()
    // It looks twice each time: also for what only a free lane would take.
    for (let i = 0; i < 4; i++) {
      await until(() => claims.length > i)
      claims[i]!.resolve(null)
    }
  })
})

const closing = (transcoder: ReturnType<typeof createTranscoder>) => ({
  ...transcoder,
  [Symbol.asyncDispose]: transcoder.close,
})
