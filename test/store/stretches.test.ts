import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Awaitable } from '../../src/lib/awaitable.ts'
import type { Page, PageRequest } from '../../src/store/page.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import type { Clip } from '../../src/store/video.ts'
import { newMedia, outcome, pages } from '../ports/harness.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const many = 9_000
const person = { passwordHash: 'none', signature: '', createdAt: 1, lastSeenAt: 1 }

/** How often the event loop came round while something was done, and what that returned. */
async function turnsOf<T>(work: () => T | Promise<T>): Promise<{ turns: number; result: T }> {
  let isDone = false
  let turns = 0
  const result = Promise.resolve(work()).finally(() => {
    isDone = true
  })
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve))
    turns++
  }
  return { turns, result: await result }
}

// What is searched at a stretch keeps everybody else waiting, and it is for one user alone.
describe('what one user has thousands of is searched in turns, and is found whole', () => {
  const directory = temporaryDirectory()
  let store: Store
  let me: number
  let peer: number
  let crowd: number[]

  beforeAll(async () => {
    store = createSqliteStore(join(directory.path, 'douyin.db'))
    const { seeding } = store
    const names = Array.from({ length: many + 2 }, (_, at) => ({ ...person, name: `user-${at}` }))
    const ids = await seeding.users(names)
    // In the middle, so that conversations are found by both of their sides.
    ;[me, peer] = ids.splice(many / 2, 2) as [number, number]
    crowd = ids
    await seeding.messages(
      Array.from({ length: many }, (_, at) => {
        const pair = at % 4_400 === 4_399 ? [peer, me] : [me, peer]
        const [fromUserId, toUserId] = pair as [number, number]
        return { fromUserId, toUserId, content: `${at}`, createdAt: 1_000 + at }
      }),
    )
    // Not in the order of ids: 7 has no divisor in common with their number.
    await seeding.messages(
      crowd.map((_, at) => {
        const other = crowd[(at * 7) % many] as number
        const [fromUserId, toUserId] = at % 2 === 0 ? [me, other] : [other, me]
        return { fromUserId, toUserId, content: 'hello', createdAt: 1_000_000 + at }
      }),
    )
    await seeding.follows(
      crowd.map((userId, at) => ({ userId, toUserId: peer, createdAt: 5 + (at % 999) })),
    )
    await seeding.follows(
      [3, many / 2, many - 3].map((at) => ({
        ...{ userId: peer, toUserId: crowd[at] as number },
        createdAt: 5,
      })),
    )
  }, 60_000)
  afterAll(async () => {
    await store.close()
    directory.clean()
  })

  test('a poll of somebody who has hardly ever been answered', async () => {
    const poll = (limit: number) => store.messages.receivedSince(me, peer, { since: 1_001, limit })
    const { turns, result } = await turnsOf(() => poll(9))
    expect(result.map(({ content }) => content)).toEqual(['4399', '8799'])
    expect(turns).toBeGreaterThan(2)
    expect((await poll(1)).map(({ content }) => content)).toEqual(['4399'])
  })

  const last = (at: number) => crowd[((many - at) * 7) % many] as number

  /** Fails unless all conversations come, the last written first, and the first few in turns. */
  async function readInbox<T extends { readonly user: { readonly id: number } }>(
    page: (request: PageRequest) => Awaitable<Page<T>>,
  ): Promise<T[]> {
    const { turns, result } = await turnsOf(() => page({ cursor: null, limit: 3 }))
    expect(result.items.map(({ user }) => user.id)).toEqual([1, 2, 3].map(last))
    expect(turns).toBeGreaterThan(2)
    const whole = await pages(page, 700)
    expect(whole.map(({ user }) => user.id)).toEqual([...crowd.map((_, at) => last(at + 1)), peer])
    return whole
  }

  test('the inbox of somebody with thousands of conversations, the last written first', () =>
    readInbox((page) => store.relations.friends(me, false, page)))

  test('the conversations of the same, and how many of them are unread', async () => {
    const whole = await readInbox((page) => store.messages.conversations(me, page))
    const { turns, result } = await turnsOf(() => store.messages.unreadCount(me))
    expect(turns).toBeGreaterThan(2)
    expect(result).toBe(whole.reduce((sum, one) => sum + one.unread, 0))
  })

  test('friends among followers of whom hardly any is followed back', async () => {
    const page = (cursor: string | null) =>
      store.relations.friends(peer, true, { cursor, limit: 9 })
    const { turns, result } = await turnsOf(() => page(null))
    const expected = [3, many / 2, many - 3].map((at) => crowd[at] as number)
    expect(result.items.map(({ user }) => user.id).toSorted((a, b) => a - b)).toEqual(
      [me, ...expected].toSorted((a, b) => a - b),
    )
    expect(turns).toBeGreaterThan(2)
  })

  test('what came while a device was away, in the order in which it came', async () => {
    const sync = (afterId: number) => store.messages.ofUser(me, { afterId, limit: 64 })
    const { turns, result } = await turnsOf(() => sync(many))
    expect(result.map(({ createdAt }) => createdAt)).toEqual(
      Array.from({ length: 64 }, (_, at) => 1_000_000 + at),
    )
    expect(turns).toBeGreaterThan(2)
    const last = (await sync(result.at(-1)?.id ?? 0))[0]
    expect(last?.createdAt).toBe(1_000_064)
  })

  // A video that thousands have liked was removed at a stretch, for which everybody waited.
  test('a video that thousands have liked and commented on is removed, and hidden from the first', async () => {
    const { seeding, videos } = store
    const media = { id: await seeding.media(newMedia()) }
    const [other] = (await seeding.videos([
      { authorId: me, mediaId: media.id, title: 'other', publishedAt: 1 },
    ])) as [number]
    const work = { authorId: me, title: 'liked', media, quota: 0 }
    const { id } = (await videos.publish(work)).video
    const works = async () =>
      (await videos.byAuthor(me, true, { cursor: null, limit: 9 })).items.map(
        ({ video }) => video.id,
      )
    const like = (videoId: number) =>
      seeding.favorites(crowd.map((userId) => ({ userId, videoId, createdAt: 1 })))
    for (const videoId of [id, other]) await like(videoId)
    await seeding.comments(
      crowd.map((userId) => ({ userId, videoId: id, content: 'x', createdAt: 1 })),
    )
    const removing = turnsOf(() => videos.remove(id, me))
    while ((await videos.byId(id)) !== null) await new Promise((resolve) => setImmediate(resolve))
    expect(await videos.removals()).toEqual([id])
    expect(await works()).toEqual([other])
    expect(await store.users.byId(me)).toMatchObject({ workCount: 1 })
    for (const attempt of [
      () => videos.remove(id, me),
      () => videos.retitle({ id, authorId: me, title: 'x' }),
      () => store.favorites.set(peer, id, true),
      () => store.comments.create({ userId: peer, videoId: id, content: 'x' }),
    ])
      expect(await outcome(attempt())).toBe('video_not_found')
    // The same once more is no second tap on what goes.
    const again = (await videos.publish(work)).video.id
    expect(await works()).toEqual([again, other])
    const { turns, result } = await removing
    expect(turns).toBeGreaterThan(20)
    expect(result).toEqual([])
    expect(await videos.removals()).toEqual([])
    await videos.remove(again)
    expect(await store.users.byId(me)).toMatchObject({ workCount: 1, totalFavorited: many })
    expect(await store.checks.counts(false)).toEqual([])
  })

  test('a removal that the end of the server cut short is gone on with by the next one', async () => {
    const [{ video }] = (await store.videos.feed(Number.MAX_SAFE_INTEGER, 1)) as [Clip]
    const removing = outcome(store.videos.remove(video.id))
    while ((await store.videos.byId(video.id)) !== null) await Bun.sleep(0)
    await store.close()
    expect(await removing).toBe('unavailable')
    store = createSqliteStore(join(directory.path, 'douyin.db'))
    expect(await store.videos.removals()).toEqual([video.id])
    expect(await store.checks.counts(false)).toEqual([])
    expect(await store.videos.byId(video.id)).toBeNull()
    const blobs = await store.videos.finishRemoval(video.id)
    expect(blobs.toSorted()).toEqual([video.cover, video.video].toSorted())
    expect(await store.videos.removals()).toEqual([])
    expect(await store.checks.counts(false)).toEqual([])
    expect(await store.checks.references(false)).toEqual([])
    expect(await store.users.byId(me)).toMatchObject({ workCount: 0, totalFavorited: 0 })
  })
})
