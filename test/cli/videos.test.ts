import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run } from '../support/spawn.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

let server: TestServer
let user: { id: number; name: string; token: string }

beforeAll(async () => {
  server = await bootServer()
  user = await register(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const videos = (...args: string[]) =>
  run([...fromSource, 'videos', ...args, '--data', server.ctx.config.data])
const json = async (...args: string[]) => JSON.parse((await videos(...args, '--json')).stdout)

/** Publishes and answers the id; the server keeps running, and the command works beside it. */
async function publish(title: string, bytes: Uint8Array): Promise<number> {
  const parts = [
    ['title', title],
    ['data', bytes],
  ] as const
  const answer = await upload(server, parts, `?token=${user.token}`)
  if (answer.status_code !== 0) throw new Error(answer.status_msg)
  return (await works())[0].id
}

const works = async () =>
  (await call(server, 'GET', 'publish/list/', { token: user.token, user_id: user.id })).video_list

/** A work whose job ended with a refusal. */
async function failed(title: string, failure: string): Promise<number> {
  const { store } = server.ctx
  const key = crypto.randomUUID().replaceAll('-', '')
  const { video } = await store.videos.publish({
    authorId: user.id,
    title,
    media: {
      sourceHash: key,
      video: `videos/${key}.mp4`,
      cover: `covers/${key}.jpg`,
      source: `sources/${key}`,
      size: 1_500_000,
      ...{ width: 1920, height: 1080, duration: 65, codec: 'hevc' },
      job: { kind: 'render', seconds: 1, reason: null },
    },
    quota: 0,
  })
  const job = await store.jobs.claim()
  await store.jobs.fail(job!, failure)
  return video.id
}

describe('videos', () => {
  test('nothing yet is said beside the data, which stays valid JSON', async () => {
    expect(await videos()).toEqual({ code: 0, stdout: '', stderr: 'No videos yet.\n' })
    expect(await json()).toEqual([])
  })

  test('lists what the server knows of each, as JSON in the names of the API', async () => {
    const id = await publish('海边', await freshClip())
    const [listed] = await json()
    expect(listed).toEqual({
      id,
      title: '海边',
      author: { id: user.id, name: user.name },
      state: 'ready',
      failure: null,
      delay: null,
      codec: 'h264',
      size: expect.any(Number),
      ...{ width: 320, height: 180, duration: expect.closeTo(1, 1) },
      ...{ favorite_count: 0, comment_count: 0, play_count: 0 },
      published_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      files: {
        video: `videos/${filesOf(server).videos[0]}`,
        cover: `covers/${filesOf(server).covers[0]}`,
        source: null,
      },
    })
    expect(await json('show', String(id))).toEqual(listed)
    expect((await videos()).stdout).toMatch(
      /ID +STATE +TITLE +AUTHOR +SOURCE[\s\S]*ready +海边 +\S+ +h264 .* 0:01 /,
    )
  })

  test('one state alone, and the reason in words where it failed', async () => {
    const id = await failed('broken', 'video_damaged')
    expect((await json('--state', 'failed')).map((video: { id: number }) => video.id)).toEqual([id])
    const { stdout } = await videos('show', String(id))
    expect(stdout).toContain('failed: The video file is damaged or incomplete')
    expect(stdout).toContain('1920×1080 · 1:05 · 1.4 MB · uploaded as hevc')
    expect((await videos('--state', 'queued')).stderr).toBe('No video is queued.\n')
    expect((await videos('remove', String(id), '--yes')).code).toBe(0)
    expect((await videos('--state', 'failed')).stderr).toBe('No video has failed.\n')
  })

  test('a title can neither colour the terminal nor make a second line', async () => {
    await failed('a\x1b[31mb\nc', 'video_damaged')
    for (const args of [['list'], ['show', String((await json())[0].id)]]) {
      const { stdout } = await videos(...args)
      expect(stdout).toContain('ab c')
      expect(stdout).not.toContain('\x1b[31m')
    }
  })

  test('the table says so when there are more than it shows', async () => {
    const { stdout, stderr } = await videos('--limit', '1')
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(stderr).toContain('--limit 0 shows all')
  })
})

describe('videos remove', () => {
  test('beside the running server: the row, its counts, and the files with the last that shows them', async () => {
    const bytes = await freshClip()
    const [first, second] = [await publish('first', bytes), await publish('second', bytes)]
    const { play_url, cover_url } = (await works())[0]
    await call(server, 'POST', 'favorite/action/', {
      ...{ token: user.token, video_id: first, action_type: 1 },
    })
    const before = filesOf(server)
    const kept = await videos('remove', String(first), '--yes')
    expect(kept).toMatchObject({ code: 0, stderr: '' })
    expect(kept.stdout).toContain('another video has the same file')
    expect(filesOf(server)).toEqual(before)
    expect((await fetch(play_url)).status).toBe(200)
    const liked = await call(server, 'GET', 'favorite/list/', { user_id: user.id })
    expect(liked.video_list).toEqual([])

    const removed = JSON.parse(
      (await videos('remove', String(second), '--yes', '--json')).stdout,
    ).removed
    expect(removed).toHaveLength(2)
    expect([(await fetch(play_url)).status, (await fetch(cover_url)).status]).toEqual([404, 404])
    expect(filesOf(server).videos.length).toBe(before.videos.length - 1)
    const feed = (await call(server, 'GET', 'feed/')).video_list as { id: number }[]
    expect(feed.some(({ id }) => id === first || id === second)).toBe(false)
    const me = await call(server, 'GET', 'user/', { token: user.token, user_id: user.id })
    expect(me.user).toMatchObject({ work_count: 1, favorite_count: 0, total_favorited: 0 })
    // The same bytes are new to the server.
    await publish('again', bytes)
    expect((await fetch((await works())[0].play_url)).status).toBe(200)
  })

  test.each<[string, string[], number, RegExp]>([
    ['without --yes where nobody can be asked', ['remove', 'ID'], 2, /--yes is needed/],
    ['an id of nothing', ['remove', '999999', '--yes'], 1, /There is no video 999999/],
    ['an id of nothing to show', ['show', '999999'], 1, /There is no video 999999/],
    ['an id that is none', ['remove', '-1'], 2, /whole number/],
    ['a name for an id', ['remove', 'x', '--yes'], 2, /whole number/],
    ['no id', ['remove'], 2, /missing required argument 'id'/],
    ['a state that is none', ['--state', 'gone'], 2, /Allowed choices are ready, queued/],
  ])('refuses %s and removes nothing', async (_, args, code, sentence) => {
    const before = await json()
    const id = String(before[0].id)
    const answer = await videos(...args.map((arg) => (arg === 'ID' ? id : arg)))
    expect(answer).toMatchObject({ code, stdout: '' })
    expect(answer.stderr).toMatch(sentence)
    expect(answer.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(await json()).toEqual(before)
  })
})
