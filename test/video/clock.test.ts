import { afterEach, describe, expect, setSystemTime, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { startSession } from '../../src/user/login/session.ts'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

const day = 24 * 3_600_000

afterEach(() => void setSystemTime())

const shown = async (server: TestServer, latest_time: number) => {
  const { video_list: list, next_time: next } = await call(server, 'GET', 'feed/', { latest_time })
  return { ids: (list as { id: number }[]).map(({ id }) => id), next: next as number }
}

/** Every video as an app finds it that asks for the newest by its clock and goes on by `next_time`. */
async function scroll(server: TestServer, start: number): Promise<number[]> {
  const ids: number[] = []
  for (let at = start, pages = 0; pages < 20; pages++) {
    const page = await shown(server, at)
    ids.push(...page.ids)
    at = page.next
    if (at === 0) return ids
  }
  throw new Error('the feed has no end')
}

describe('a clock that was 20 days ahead and came back', () => {
  // Times that are still to come hide the newest videos from every app for 20 days.
  test('hides nothing, shows each once and in the order of publishing', async () => {
    await using server = await bootServer()
    const [author] = await storedUsers(server, 1)
    const published: number[] = []
    const publish = async (count: number) => {
      for (let at = 0; at < count; at++) published.push(await storedVideo(server, author!.id))
    }
    await publish(40)
    const start = Date.now()
    setSystemTime(new Date(start + 20 * day))
    await publish(40)
    setSystemTime(new Date(start + 60_000))
    await publish(40)
    const newestFirst = published.toReversed()
    const now = Date.now()
    for (const latest of [
      0,
      now,
      now - 30_000,
      now + 60_000,
      now + 3_600_000,
      Math.floor(now / 1000),
    ]) {
      expect(await scroll(server, latest)).toEqual(newestFirst)
    }
    // An hour ago is an hour ago, and not the newest.
    expect((await shown(server, now - 3_600_000)).ids).toEqual([])
    // Around the time when the clock runs through those times, the pages among them stay what they are.
    const { next } = await shown(server, now)
    for (const ahead of [-100_000, -5_000, 5_000, day]) {
      setSystemTime(new Date(next + ahead))
      expect(await scroll(server, Date.now())).toEqual(newestFirst)
    }
  })
})

describe('lists of what was done while a clock was ahead, and after it came back', () => {
  // The newest like or follower stood below those of the wrong days, for 20 days.
  test('have the last on top all the same', async () => {
    await using server = await bootServer()
    const [me, ...others] = (await storedUsers(server, 7)).map(({ id }) => id) as [
      number,
      ...number[],
    ]
    const videos: number[] = []
    for (const author of others) videos.push(await storedVideo(server, author))
    let { favorites, relations } = server.ctx.store
    // Not in the order of ids, by which those of one moment would be sorted.
    const order = [3, 0, 5, 4, 1, 2]
    const start = Date.now()
    let restarted: Store | null = null
    for (const [step, at] of order.entries()) {
      setSystemTime(new Date(start + (step === 2 ? 20 * day : step)))
      if (step === 2) await startSession(server.ctx.store, me)
      // The last two in a process that has never seen the clock ahead.
      if (step === 4) {
        restarted = createSqliteStore(join(server.ctx.config.data, 'douyin.db'))
        ;({ favorites, relations } = restarted)
      }
      await favorites.set(me, videos[at] as number, true)
      await relations.set(me, others[at] as number, true)
      await relations.set(others[at] as number, me, true)
    }
    const newestFirst = order.toReversed()
    const page = { cursor: null, limit: 9 }
    const ids = (list: { items: readonly { id: number }[] }) => list.items.map(({ id }) => id)
    const liked = (await favorites.ofUser(me, page)).items.map(({ video }) => video.id)
    expect(liked).toEqual(newestFirst.map((at) => videos[at] as number))
    const people = newestFirst.map((at) => others[at] as number)
    expect(ids(await relations.following(me, page))).toEqual(people)
    expect(ids(await relations.followers(me, page))).toEqual(people)
    await (restarted as Store | null)?.close()
  })
})

describe('when somebody was here last', () => {
  // It was noted once an hour of a session's use: who has just logged in had not been seen for weeks.
  test('is noted at login and at publishing', async () => {
    await using server = await bootServer()
    const { users } = server.ctx.store
    const params = { username: 'somebody', password: 'secret-1' }
    const { user_id: id } = await call(server, 'POST', 'user/register/', params)
    const start = Date.now()
    setSystemTime(new Date(start + 5 * 60_000))
    await call(server, 'POST', 'user/login/', params)
    expect((await users.byId(id))?.lastSeenAt).toBe(start + 5 * 60_000)
    setSystemTime(new Date(start + 10 * 60_000))
    await storedVideo(server, id)
    expect((await users.byId(id))?.lastSeenAt).toBe(start + 10 * 60_000)
  })
})
