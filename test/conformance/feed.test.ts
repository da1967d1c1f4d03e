/** The feed: newest first, in pages that show each video once, with the viewer's own flags. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { noTimes } from './no-times.ts'
import { ownServer, useServer } from './server.ts'
import type { Video } from './shapes.ts'

const api = useServer()
let author: act.Account
/** Published eight at a time, so that many share a second and some a millisecond. */
let burst: Video[]

test.skipIf(!ownServer)('a feed of nothing is [] and 0, with and without a token', async () => {
  const { token } = await act.newcomer(api)
  for (const params of [{}, { token }, { latest_time: 0 }, { latest_time: Date.now() }]) {
    expect(await api.ok(to.feed, params)).toMatchObject({ video_list: [], next_time: 0 })
  }
})

describe('after a burst of 40', () => {
  beforeAll(async () => {
    author = await act.newcomer(api)
    burst = await act.inParallel(40, 8, () => act.publishClip(api, author))
  })

  test('paging shows each video once, newest first, and ends with [] and 0', async () => {
    const pages = await walk()
    const ids = pages.flat().map((video) => video.id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id } of burst) expect(ids).toContain(id)
    expect(pages[0]!.length).toBeGreaterThan(0)
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(30)
  })

  test('a viewer with a token pages through the same', async () => {
    const { token } = await act.newcomer(api)
    const ids = (pages: Video[][]) => pages.flat().map((video) => video.id)
    expect(ids(await walk({ token }))).toEqual(ids(await walk()))
  })

  test('0 after the last page starts again at the newest', async () => {
    const again = await api.ok(to.feed, { latest_time: 0 })
    expect(again).toEqual(await api.ok(to.feed))
  })

  test('next_time is in milliseconds, and falls from page to page', async () => {
    let last = Number.MAX_SAFE_INTEGER
    for (let latest_time = 0; ; ) {
      const page = await api.ok(to.feed, { latest_time })
      if (page.video_list.length === 0) break
      expect(page.next_time).toBeGreaterThan(1e12)
      expect(page.next_time).toBeLessThan(last)
      last = latest_time = page.next_time
    }
  })

  test('what is published while somebody pages neither repeats nor hides what was there', async () => {
    const before = (await walk()).flat().map((video) => video.id)
    const publishing = act.inParallel(12, 4, () => act.publishClip(api, author))
    const during = (await walk()).flat().map((video) => video.id)
    await publishing
    expect(new Set(during).size).toBe(during.length)
    expect(during.filter((id) => before.includes(id))).toEqual(before)
  })

  test('what was published one after the other comes newest first', async () => {
    const videos: Video[] = []
    for (let i = 0; i < 4; i++) videos.push(await act.publishClip(api, author))
    const ids = videos.map(({ id }) => id)
    const { video_list } = await api.ok(to.feed)
    const mine = video_list.map(({ id }) => id).filter((id) => ids.includes(id))
    expect(mine).toEqual(ids.reverse())
  })
})

describe('latest_time', () => {
  let video: Video

  beforeAll(async () => {
    video = await act.publishClip(api, await act.newcomer(api))
  })

  const now = Date.now()
  const newest: [what: string, latest_time?: string | number][] = [
    ['absent: now'],
    ['0: now', 0],
    ['in a while, in seconds', Math.floor(now / 1000) + 6000],
    ['in a while, in milliseconds', now + 6_000_000],
    ['the largest number of seconds', 99_999_999_999],
  ]
  for (const [what, latest_time] of newest) {
    test(`${what} begins at the newest`, async () => {
      const params = latest_time === undefined ? {} : { latest_time }
      const { video_list } = await api.ok(to.feed, params)
      expect(video_list.map(({ id }) => id)).toContain(video.id)
    })
  }

  const older: [what: string, latest_time: number][] = [
    ['an hour ago, in seconds', Math.floor(now / 1000) - 3600],
    ['an hour ago, in milliseconds', now - 3_600_000],
    ['1970, in seconds', 1],
    ['2001, in seconds', 1_000_000_000],
    ['2001, in milliseconds', 1_000_000_000_000],
    ['1973, the smallest number of milliseconds', 100_000_000_000],
  ]
  for (const [what, latest_time] of older) {
    test(`${what} shows nothing newer`, async () => {
      const { video_list, next_time } = await api.ok(to.feed, { latest_time })
      expect(video_list.map(({ id }) => id)).not.toContain(video.id)
      if (ownServer) expect({ video_list, next_time }).toEqual({ video_list: [], next_time: 0 })
    })
  }

  for (const latest_time of noTimes) {
    test(`${JSON.stringify(latest_time)} gets the envelope`, async () => {
      await api.call(to.feed, { latest_time })
    })
  }
})

describe('is_favorite and is_follow are the viewer’s', () => {
  test('in the feed, in a list of works and in a list of favorites', async () => {
    const [artist, fan, other] = await act.newcomers(api, 3)
    const video = await act.publishClip(api, artist!)
    await act.like(api, fan!, video)
    await act.follow(api, fan!, artist!)
    const viewers: [token: string | undefined, mine: boolean][] = [
      [fan!.token, true],
      [other!.token, false],
      [artist!.token, false],
      [undefined, false],
      [fan!.token, true],
    ]
    for (const [token, mine] of viewers) {
      const who = token === undefined ? {} : { token }
      const lists = [
        await api.ok(to.feed, who),
        await api.ok(to.published, { ...who, user_id: artist!.id }),
        await api.ok(to.favorites, { ...who, user_id: fan!.id }),
      ]
      for (const { video_list } of lists) {
        expect(video_list.find(({ id }) => id === video.id)).toMatchObject({
          is_favorite: mine,
          favorite_count: 1,
          author: { id: artist!.id, is_follow: mine, follower_count: 1, total_favorited: 1 },
        })
      }
    }
  })

  test('and change at once, back and forth', async () => {
    const [artist, fan] = await act.newcomers(api, 2)
    const video = await act.publishClip(api, artist!)
    for (const on of [true, false, true, false]) {
      await act.like(api, fan!, video, on)
      await act.follow(api, fan!, artist!, on)
      const { video_list } = await api.ok(to.feed, { token: fan!.token })
      expect(video_list.find(({ id }) => id === video.id)).toMatchObject({
        is_favorite: on,
        favorite_count: on ? 1 : 0,
        author: { is_follow: on, follower_count: on ? 1 : 0, total_favorited: on ? 1 : 0 },
      })
    }
  })
})

/** All pages from the newest on, as the app asks for them: next_time is sent back as it came. */
async function walk(params: { token?: string } = {}): Promise<Video[][]> {
  const pages: Video[][] = []
  for (let latest_time = 0; ; ) {
    const { video_list, next_time } = await api.ok(to.feed, { ...params, latest_time })
    if (video_list.length === 0) {
      expect(next_time).toBe(0)
      return pages
    }
    expect(next_time).toBeGreaterThan(0)
    pages.push(video_list)
    latest_time = next_time
  }
}
