/** Comments: what is accepted, who may delete one, and what is counted. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { ownServer, useServer } from './server.ts'
import type { Video } from './shapes.ts'

const api = useServer()
let creator: act.Account
let ann: act.Account
let video: Video

beforeAll(async () => {
  ;[creator, ann] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
  video = await act.publishClip(api, creator)
})

describe('a comment has 1 to 500 characters, counted as people count them', () => {
  for (const text of ['x', '好', '😀', 'x'.repeat(500), '汉'.repeat(500), '😀'.repeat(500)]) {
    test(`takes ${[...text].length} of ${[...text][0]}`, async () => {
      const said = await act.say(api, ann, video, text)
      expect(said.content).toBe(text)
      expect((await listOf(video))[0]).toEqual(said)
    })
  }
  for (const text of ['', 'x'.repeat(501), '汉'.repeat(501), '😀'.repeat(501), 'x'.repeat(9999)]) {
    test(`refuses ${[...text].length} of ${[...text][0] ?? 'nothing'}`, async () => {
      const before = await listOf(video)
      for (const via of ['query', 'json'] as const) {
        await api.refused(to.commenting, saying(ann, video, text), { via })
      }
      expect(await listOf(video)).toEqual(before)
    })
  }
})

test('the response has the comment as the list shows it, with its author', async () => {
  await act.follow(api, ann, creator)
  const said = await act.say(api, creator, video, act.unique())
  expect(said.user).toMatchObject({ id: creator.id, name: creator.name, is_follow: false })
  // The creator never follows themselves, and Ann follows them: the flag is of whoever asks.
  const { token } = ann
  const { comment_list } = await api.ok(to.comments, { token, video_id: video.id })
  expect(comment_list[0]).toEqual({ ...said, user: { ...said.user, is_follow: true } })
})

test('create_date is today', async () => {
  const days = () => {
    const day = new Date()
    return `${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
  }
  const before = days()
  const said = await act.say(api, ann, video, act.unique())
  // Another server may live in another time zone; the form of the date is checked with every response.
  if (ownServer) expect([before, days()]).toContain(said.create_date)
})

test('the newest comes first, also within one millisecond', async () => {
  const clip = await act.publishClip(api, creator)
  const ids: number[] = []
  for (let i = 0; i < 12; i++) ids.push((await act.say(api, ann, clip, String(i))).id)
  expect((await listOf(clip)).map(({ id }) => id)).toEqual(ids.reverse())
})

test('fifty comments at once are fifty', async () => {
  const clip = await act.publishClip(api, creator)
  await Promise.all(Array.from({ length: 50 }, (_, i) => act.say(api, ann, clip, String(i))))
  const list = await listOf(clip)
  expect(new Set(list.map(({ content }) => content)).size).toBe(50)
  expect(new Set(list.map(({ id }) => id)).size).toBe(50)
  expect(await act.videoOf(api, ann, creator, clip.id)).toMatchObject({ comment_count: 50 })
})

test('a video without comments has []', async () => {
  const clip = await act.publishClip(api, creator)
  expect(await api.ok(to.comments, { video_id: clip.id })).toMatchObject({ comment_list: [] })
})

describe('deleting', () => {
  test('by its author takes it from the list and from the count', async () => {
    const clip = await act.publishClip(api, creator)
    const [first, second] = [await act.say(api, ann, clip, '1'), await act.say(api, ann, clip, '2')]
    await api.ok(to.commenting, deleting(ann, clip, first.id))
    expect((await listOf(clip)).map(({ id }) => id)).toEqual([second.id])
    expect(await act.videoOf(api, ann, creator, clip.id)).toMatchObject({ comment_count: 1 })
  })

  test('by a stranger is refused, and to a caller without a token', async () => {
    const clip = await act.publishClip(api, creator)
    const said = await act.say(api, ann, clip, act.unique())
    const stranger = await act.newcomer(api)
    for (const who of [stranger, { ...ann, token: '' }, { ...ann, token: 'none' }]) {
      await api.refused(to.commenting, deleting(who, clip, said.id))
    }
    expect(await listOf(clip)).toEqual([said])
    expect(await act.videoOf(api, ann, creator, clip.id)).toMatchObject({ comment_count: 1 })
  })

  test('twice, or many times at once, counts once', async () => {
    const clip = await act.publishClip(api, creator)
    const [gone, stays] = [await act.say(api, ann, clip, '1'), await act.say(api, ann, clip, '2')]
    const delete10 = Array.from({ length: 10 }, () =>
      api.call(to.commenting, deleting(ann, clip, gone.id)),
    )
    expect((await Promise.all(delete10)).some(({ status_code }) => status_code === 0)).toBe(true)
    await api.call(to.commenting, deleting(ann, clip, gone.id))
    expect((await listOf(clip)).map(({ id }) => id)).toEqual([stays.id])
    expect(await act.videoOf(api, ann, creator, clip.id)).toMatchObject({ comment_count: 1 })
  })

  test('under another video leaves both lists in agreement with their counts', async () => {
    const [here, there] = [await act.publishClip(api, creator), await act.publishClip(api, creator)]
    const said = await act.say(api, ann, here, act.unique())
    await act.say(api, ann, there, act.unique())
    await api.call(to.commenting, deleting(ann, there, said.id))
    for (const clip of [here, there]) {
      expect(await act.videoOf(api, ann, creator, clip.id)).toMatchObject({
        comment_count: (await listOf(clip)).length,
      })
    }
    expect(await listOf(there)).toHaveLength(1)
  })
})

function saying(who: act.Account, clip: Video, comment_text: string) {
  return { token: who.token, video_id: clip.id, action_type: 1, comment_text }
}

function deleting(who: act.Account, clip: Video, comment_id: number) {
  return { token: who.token, video_id: clip.id, action_type: 2, comment_id }
}

async function listOf(clip: Video) {
  return (await api.ok(to.comments, { video_id: clip.id })).comment_list
}
