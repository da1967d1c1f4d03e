/** Favorites: a like is a fact, not an event. Repeated it changes nothing, and every count follows from it. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { Video } from './shapes.ts'

const api = useServer()
let artist: act.Account
let fan: act.Account

beforeAll(async () => {
  ;[artist, fan] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
})

test('a like counts once however often it is given, and is gone once taken back', async () => {
  const video = await act.publishClip(api, artist)
  const before = (await act.profileOf(api, fan, artist)).total_favorited
  for (const [on, count] of [
    [true, 1],
    [true, 1],
    [true, 1],
    [false, 0],
    [false, 0],
    [true, 1],
    [false, 0],
  ] as const) {
    await act.like(api, fan, video, on)
    expect(await act.videoOf(api, fan, artist, video.id)).toMatchObject({
      favorite_count: count,
      is_favorite: on,
    })
    expect(await act.profileOf(api, fan, artist)).toMatchObject({ total_favorited: before + count })
    expect(await act.profileOf(api, artist, fan)).toMatchObject({ favorite_count: count })
    expect((await favoritesOf(fan)).map(({ id }) => id)).toEqual(on ? [video.id] : [])
  }
})

test('taking back a like that was never given is no failure and counts nothing', async () => {
  const video = await act.publishClip(api, artist)
  await act.like(api, fan, video, false)
  expect(await act.videoOf(api, fan, artist, video.id)).toMatchObject({ favorite_count: 0 })
})

describe('at once', () => {
  test('a hundred likes of a hundred people count a hundred', async () => {
    const people = await act.newcomers(api, 100)
    const creator = await act.newcomer(api)
    const video = await act.publishClip(api, creator)
    await Promise.all(people.map((person) => act.like(api, person, video)))
    expect(await act.videoOf(api, people[0], creator, video.id)).toMatchObject({
      favorite_count: 100,
      is_favorite: true,
    })
    expect(await act.profileOf(api, creator, creator)).toMatchObject({ total_favorited: 100 })

    const half = people.slice(0, 50)
    await Promise.all(half.map((person) => act.like(api, person, video, false)))
    expect(await act.videoOf(api, people[0], creator, video.id)).toMatchObject({
      favorite_count: 50,
      is_favorite: false,
    })
    expect(await act.profileOf(api, creator, creator)).toMatchObject({ total_favorited: 50 })
  })

  test('thirty likes of one person count one', async () => {
    const video = await act.publishClip(api, artist)
    await Promise.all(Array.from({ length: 30 }, () => act.like(api, fan, video)))
    expect(await act.videoOf(api, fan, artist, video.id)).toMatchObject({ favorite_count: 1 })
    await Promise.all(Array.from({ length: 30 }, () => act.like(api, fan, video, false)))
    expect(await act.videoOf(api, fan, artist, video.id)).toMatchObject({ favorite_count: 0 })
  })

  test('likes and their taking back leave a count that agrees with the flag', async () => {
    const [somebody, creator] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
    const video = await act.publishClip(api, creator)
    await Promise.all(
      Array.from({ length: 41 }, (_, i) => act.like(api, somebody, video, i % 2 === 0)),
    )
    const { favorite_count, is_favorite } = await act.videoOf(api, somebody, creator, video.id)
    expect(favorite_count).toBe(is_favorite ? 1 : 0)
    expect(await favoritesOf(somebody)).toHaveLength(favorite_count)
    expect(await act.profileOf(api, somebody, creator)).toMatchObject({
      total_favorited: favorite_count,
    })
    expect(await act.profileOf(api, somebody, somebody)).toMatchObject({ favorite_count })
  })
})

test('every place that shows a count shows the same one', async () => {
  const [creator, somebody] = (await act.newcomers(api, 2)) as [act.Account, act.Account]
  const videos = [await act.publishClip(api, creator), await act.publishClip(api, creator)]
  for (const video of videos) await act.like(api, somebody, video)
  await act.like(api, fan, videos[0]!)
  await act.follow(api, somebody, creator)
  await act.say(api, somebody, videos[0]!, act.unique())

  const { token } = somebody
  const user_id = creator.id
  const expected = { total_favorited: 3, work_count: 2, favorite_count: 0, follower_count: 1 }
  expect(await act.profileOf(api, somebody, creator)).toMatchObject(expected)
  const lists = [
    await api.ok(to.feed, { token }),
    await api.ok(to.published, { token, user_id }),
    await api.ok(to.favorites, { token, user_id: somebody.id }),
  ]
  for (const { video_list } of lists) {
    for (const [i, video] of videos.entries()) {
      expect(video_list.find(({ id }) => id === video.id)).toMatchObject({
        favorite_count: i === 0 ? 2 : 1,
        comment_count: i === 0 ? 1 : 0,
        is_favorite: true,
        author: { ...expected, is_follow: true },
      })
    }
  }

  const reader = { total_favorited: 0, work_count: 0, favorite_count: 2, follow_count: 1 }
  const { comment_list } = await api.ok(to.comments, { video_id: videos[0]!.id })
  expect(comment_list[0]!.user).toMatchObject(reader)
  const { user_list } = await api.ok(to.followers, { user_id })
  expect(user_list).toMatchObject([{ id: somebody.id, ...reader }])
  const follows = await api.ok(to.follows, { user_id: somebody.id })
  expect(follows.user_list).toMatchObject([{ id: creator.id, ...expected }])
})

async function favoritesOf(who: act.Account): Promise<Video[]> {
  return (await api.ok(to.favorites, { token: who.token, user_id: who.id })).video_list
}
