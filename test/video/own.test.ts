import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { sweepHourly } from '../../src/video/sweep.ts'
import { outcome } from '../ports/harness.ts'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

type Member = Awaited<ReturnType<typeof register>>

let server: TestServer
let author: Member
let fan: Member

beforeAll(async () => {
  server = await bootServer()
  author = await register(server)
  fan = await register(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const get = (path: string, params = {}) => call(server, 'GET', path, params)
const post = (path: string, params = {}) => call(server, 'POST', path, params)

/** Publishes bytes under a title and answers the video as its author's list shows it. */
async function publish(title: string, bytes: Uint8Array) {
  const parts = [
    ['title', title],
    ['data', bytes],
  ] as const
  expect(await upload(server, parts, `?token=${author.token}`)).toMatchObject({ status_code: 0 })
  return (await get('publish/list/', { user_id: author.id })).video_list[0]
}

describe('one video', () => {
  // A deep link that shows other marks or counts than the list it came from.
  test('is the entry that lists have, with the flags of whoever asks', async () => {
    const { id } = await publish('one', await freshClip())
    await post('favorite/action/', { token: fan.token, video_id: id, action_type: 1 })
    await post('relation/action/', { token: fan.token, to_user_id: author.id, action_type: 1 })
    for (const who of [{ token: fan.token }, { token: author.token }, {}]) {
      const listed = (await get('publish/list/', { user_id: author.id, ...who })).video_list[0]
      const answer = await get('video/', { video_id: id, ...who })
      expect(answer).toMatchObject({ status_code: 0, video: listed })
      expect(answer.video.is_favorite).toBe('token' in who && who.token === fan.token)
      expect(Object.keys(answer.video)).toEqual(Object.keys(listed))
    }
    expect(await get('video/', { video_id: id + 1000 })).toMatchObject({
      status_code: 3001,
      video: { id: 0, author: { id: 0 } },
    })
    expect(await get('video/')).toMatchObject({ status_code: 1002 })
  })

  test('and its author can be seen without a token; whose profile, must be said', async () => {
    const own = (await get('user/', { token: fan.token, user_id: author.id })).user
    expect(own.is_follow).toBe(true)
    expect((await get('user/', { user_id: author.id })).user).toEqual({ ...own, is_follow: false })
    expect((await get('user/', { name: author.name })).user).toEqual({ ...own, is_follow: false })
    expect(await get('user/')).toMatchObject({ status_code: 1002 })
  })
})

describe('an own video', () => {
  test('gets another title, in every list; not an empty one, nor one that is too long', async () => {
    const { id } = await publish('before', await freshClip())
    const change = (title: string) =>
      post('publish/update/', { token: author.token, video_id: id, title })
    expect(await change('  之后 #海边  ')).toMatchObject({ status_code: 0 })
    for (const path of ['feed/', 'publish/list/']) {
      const { video_list } = await get(path, { user_id: author.id })
      expect(video_list[0]).toMatchObject({ id, title: '之后 #海边' })
    }
    expect(await change(' ')).toMatchObject({ status_code: 1002 })
    expect(await change('长'.repeat(256))).toMatchObject({ status_code: 1004 })
    expect((await get('video/', { video_id: id })).video.title).toBe('之后 #海边')
    // Whoever edits what a list has shown sends the stage back, which may be over by then.
    for (const stage of ['【处理中】', '【processing, delayed】']) {
      expect(await change(`${stage}之后`)).toMatchObject({ status_code: 0 })
      expect((await get('video/', { video_id: id })).video.title).toBe('之后')
      expect(await change(stage)).toMatchObject({ status_code: 1002 })
    }
    expect(await change('【教程】之后')).toMatchObject({ status_code: 0 })
    expect((await get('video/', { video_id: id })).video.title).toBe('【教程】之后')
  })

  test('is deleted with its files, likes, comments and counts, by its author alone', async () => {
    const bytes = await freshClip()
    const before = filesOf(server)
    const works = (await get('user/', { user_id: author.id })).user
    const video = await publish('mine', bytes)
    const at = { token: fan.token, video_id: video.id, action_type: 1 }
    await post('favorite/action/', at)
    await post('comment/action/', { ...at, comment_text: 'x' })
    const remove = (token: string) => post('publish/delete/', { token, video_id: video.id })
    expect(await remove(fan.token)).toMatchObject({ status_code: 1006 })
    expect(await remove('')).toMatchObject({ status_code: 1005 })
    expect((await fetch(video.play_url)).status).toBe(200)
    const answers = await Promise.all([remove(author.token), remove(author.token)])
    expect(answers.map(({ status_code }) => status_code).toSorted()).toEqual([0, 3001])
    expect((await fetch(video.play_url)).status).toBe(404)
    expect(filesOf(server)).toEqual(before)
    expect((await get('user/', { user_id: author.id })).user).toEqual(works)
    expect(await get('comment/list/', { video_id: video.id })).toMatchObject({ status_code: 3001 })
  })

  // A command that is stopped in the middle would leave rows and files that nobody can see.
  test('whose removal was cut short goes with the next sweep', async () => {
    const before = filesOf(server)
    const { id } = await publish('liked by many', await freshClip())
    const { store, config } = server.ctx
    const person = { passwordHash: 'none', signature: '', createdAt: 1, lastSeenAt: 1 }
    const fans = await store.seeding.users(
      Array.from({ length: 2_000 }, (_, at) => ({ ...person, name: `fan-${at}` })),
    )
    await store.seeding.favorites(fans.map((userId) => ({ userId, videoId: id, createdAt: 1 })))
    const other = createSqliteStore(join(config.data, 'douyin.db'))
    const removing = outcome(other.videos.remove(id))
    await until(async () => (await other.videos.byId(id)) === null)
    await other.close()
    expect(await removing).toBe('unavailable')
    expect(await get('video/', { video_id: id })).toMatchObject({ status_code: 3001 })
    expect(filesOf(server)).not.toEqual(before)
    const stop = sweepHourly(server.ctx)
    await until(() => Bun.deepEquals(filesOf(server), before))
    stop()
    expect(await store.videos.removals()).toEqual([])
    expect(await store.checks.counts(false)).toEqual([])
  })

  // The file goes with the last of its videos, not with the first.
  test('leaves the file to another video of the same bytes', async () => {
    const bytes = await freshClip()
    const first = await publish('first', bytes)
    const second = await publish('second', bytes)
    await post('publish/delete/', { token: author.token, video_id: first.id })
    expect((await fetch(second.play_url)).status).toBe(200)
    await post('publish/delete/', { token: author.token, video_id: second.id })
    expect((await fetch(second.play_url)).status).toBe(404)
  })

  test('loses a comment by the hand of its author', async () => {
    const { id } = await publish('talked about', await freshClip())
    const at = { video_id: id, action_type: 1 }
    const { comment } = await post('comment/action/', {
      ...{ ...at, token: fan.token },
      comment_text: 'buy this',
    })
    const stranger = await register(server)
    const remove = (token: string) =>
      post('comment/action/', { token, video_id: id, action_type: 2, comment_id: comment.id })
    expect(await remove(stranger.token)).toMatchObject({ status_code: 1006 })
    expect(await remove(author.token)).toMatchObject({ status_code: 0 })
    expect((await get('comment/list/', { video_id: id })).comment_list).toEqual([])
    expect((await get('video/', { video_id: id })).video.comment_count).toBe(0)
  })
})
