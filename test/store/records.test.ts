import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { newMedia, newUsers } from '../ports/harness.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let path: string
let clean: () => void

beforeEach(() => {
  const directory = temporaryDirectory()
  path = join(directory.path, 'douyin.db')
  clean = directory.clean
})
afterEach(() => clean())

/** When what is asked once in a turn of the event loop is asked anew. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('what a store keeps in memory', () => {
  test('after a commit that failed it is what the database says', async () => {
    const store = createSqliteStore(path)
    const { id } = await store.users.create({ name: 'ann', passwordHash: 'x' })
    const work = { authorId: id, title: '', media: newMedia(), quota: 0 }
    const { video } = await store.videos.publish(work)
    const before = [await store.users.byId(id), await store.videos.byId(video.id)]
    // Whatever is written of counts now fails, when likes and comments are stored already.
    const other = new Database(path)
    other.run(`CREATE TRIGGER refuse BEFORE UPDATE ON video_counts
      BEGIN SELECT RAISE(ABORT, 'no'); END`)
    const page = { cursor: null, limit: 9 }
    const look = async () => [
      (await store.favorites.ofUser(id, page)).items,
      (await store.comments.ofVideo(video.id, page)).items,
      (await store.favorites.among(id, [video.id])).has(video.id),
    ]
    const nothing = await look()
    const ends = await Promise.allSettled([
      store.favorites.set(id, video.id, true),
      store.comments.create({ userId: id, videoId: video.id, content: 'x' }),
    ])
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected'])
    expect(await look()).toEqual(nothing)
    expect([await store.users.byId(id), await store.videos.byId(video.id)]).toEqual(before)
    other.run('DROP TRIGGER refuse')
    other.close()
    await store.favorites.set(id, video.id, true)
    expect(await store.users.byId(id)).toMatchObject({ favoriteCount: 1, workCount: 1 })
    await store.close()
  })

  // Whatever an engine keeps in memory, the command line works on the same file beside it.
  test('what another process wrote is seen in the next turn, wherever it shows', async () => {
    const [ours, theirs] = [createSqliteStore(path), createSqliteStore(path)]
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (name) => (await ours.users.create({ name, passwordHash: 'x' })).id),
    )
    const work = { authorId: a!, title: '', quota: 0 }
    const [one, two] = [
      await ours.videos.publish({ ...work, media: newMedia() }),
      await ours.videos.publish({ ...work, media: newMedia() }),
    ]
    const session = { tokenHash: 't', userId: a!, createdAt: 1, lastUsedAt: 1, expiresAt: 9 }
    await ours.sessions.create(session, 9)
    const page = { cursor: null, limit: 9 }
    const look = async () => ({
      user: await ours.users.byId(a!),
      clip: await ours.videos.byId(one!.video.id),
      feed: (await ours.videos.feed(Number.MAX_SAFE_INTEGER, 9)).map(({ video }) => video.id),
      works: (await ours.videos.byAuthor(a!, false, page)).items.map(({ video }) => video.id),
      own: (await ours.videos.byAuthor(a!, true, page)).items.map(({ video }) => video.id),
      likes: (await ours.favorites.ofUser(b!, page)).items.map(({ video }) => video.id),
      liked: (await ours.favorites.among(b!, [one!.video.id])).has(one!.video.id),
      followers: (await ours.relations.followers(a!, page)).items.map(({ id }) => id),
      following: (await ours.relations.following(b!, page)).items.map(({ id }) => id),
      followed: (await ours.relations.among(b!, [a!])).has(a!),
      friends: (await ours.relations.friends(a!, false, page)).items.map((one) => one.latest),
      comments: (await ours.comments.ofVideo(one!.video.id, page)).items.map(({ id }) => id),
      session: await ours.sessions.find('t'),
      polled: (await ours.messages.receivedSince(a!, b!, { since: 0, limit: 9 })).length,
      unread: await ours.messages.unreadCount(a!),
      partners: await ours.messages.partners(a!, 9),
      media: await ours.videos.mediaOf(two!.video.video),
    })
    const before = await look()
    expect(await look()).toEqual(before)
    await theirs.relations.set(b!, a!, true)
    await theirs.favorites.set(b!, one!.video.id, true)
    const comment = { userId: b!, videoId: one!.video.id, content: 'x' }
    const { id: commentId } = await theirs.comments.create(comment)
    await theirs.sessions.touch('t', 5, 50)
    await theirs.messages.send({ fromUserId: b!, toUserId: a!, content: 'x', clientId: null })
    await theirs.videos.remove(two!.video.id)
    const three = await theirs.videos.publish({ ...work, media: newMedia() })
    await nextTurn()
    const shown = [three.video.id, one!.video.id]
    expect(await look()).toMatchObject({
      user: { followerCount: 1, totalFavorited: 1, workCount: 2 },
      clip: { video: { favoriteCount: 1, commentCount: 1 }, author: { followerCount: 1 } },
      feed: shown,
      works: shown,
      own: shown,
      likes: [one!.video.id],
      liked: true,
      followers: [b!],
      following: [a!],
      followed: true,
      friends: [{ content: 'x' }],
      comments: [commentId],
      session: { expiresAt: 50 },
      polled: 1,
      unread: 1,
      partners: [{ user: { id: b! } }],
    })
    await ours.close()
    await theirs.close()
  })

  // A connection that took it for the next message would never show the one of the other process.
  test('what another process wrote stands before what this one writes', async () => {
    const [ours, theirs] = [createSqliteStore(path), createSqliteStore(path)]
    const [a, b] = (await newUsers(ours, 2)).map(({ id }) => id)
    const send = (store: Store) =>
      store.messages.send({ fromUserId: a!, toUserId: b!, content: 'x', clientId: null })
    for (let round = 0; round < 3; round++) {
      await ours.messages.newest(b!)
      const { message } = await send(theirs)
      const sent = await send(ours)
      const { ofReceiver = 0 } = sent.repeated ? {} : sent.previous
      expect(ofReceiver).toBeGreaterThanOrEqual(message.id)
    }
    await ours.close()
    await theirs.close()
  })

  test('two processes that publish at once see each work once, in one order', async () => {
    const stores = [createSqliteStore(path), createSqliteStore(path)]
    const { id } = await stores[0]!.users.create({ name: 'ann', passwordHash: 'x' })
    const feed = async (at: number) =>
      (await stores[at]!.videos.feed(Number.MAX_SAFE_INTEGER, 999)).map(({ video }) => video.id)
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 6 }, async (_, at) => {
          const work = { authorId: id, title: '', quota: 0, media: newMedia() }
          const { video } = await stores[at % 2]!.videos.publish(work)
          expect(await feed(at % 2)).toContain(video.id)
        }),
      )
    }
    await nextTurn()
    const everything = Array.from({ length: 60 }, (_, at) => 60 - at)
    expect(await feed(0)).toEqual(everything)
    expect(await feed(1)).toEqual(everything)
    for (const store of stores) await store.close()
  })

  test('two processes that write the same rows at once lose nothing', async () => {
    const stores = [createSqliteStore(path), createSqliteStore(path)]
    const people = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        stores[at % 2]!.users.create({ name: `u${at}`, passwordHash: 'x' }),
      ),
    )
    const [star, ...fans] = people
    await Promise.all(fans.map((fan, at) => stores[at % 2]!.relations.set(fan.id, star!.id, true)))
    await nextTurn()
    for (const store of stores) {
      expect((await store.users.byId(star!.id))?.followerCount).toBe(29)
      await store.close()
    }
  })

  // What was made of a list hangs on its array, so a write elsewhere mustn't cost it.
  test('a list is the same array until one of its entries changes, and then another', async () => {
    const store = createSqliteStore(path)
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map(
        async (name) => (await store.users.create({ name, passwordHash: 'x' })).id,
      ),
    )
    const work = async (authorId: number) =>
      (await store.videos.publish({ authorId, title: '', quota: 0, media: newMedia() })).video.id
    const [old, shown] = [await work(a!), await work(b!)]
    await store.relations.set(a!, b!, true)
    await store.favorites.set(a!, shown, true)
    await store.comments.create({ userId: c!, videoId: shown, content: 'x' })
    const page = { cursor: null, limit: 9 }
    const lists = async (): Promise<Record<string, readonly unknown[]>> => ({
      feed: await store.videos.feed(Number.MAX_SAFE_INTEGER, 1),
      works: (await store.videos.byAuthor(b!, false, page)).items,
      own: (await store.videos.byAuthor(b!, true, page)).items,
      likes: (await store.favorites.ofUser(a!, page)).items,
      comments: (await store.comments.ofVideo(shown, page)).items,
      following: (await store.relations.following(a!, page)).items,
      friends: (await store.relations.friends(b!, false, page)).items,
    })
    const changed = async (write: () => Promise<unknown>) => {
      const before = await lists()
      await write()
      const now = await lists()
      return Object.keys(now).filter((name) => now[name] !== before[name])
    }
    expect(await changed(async () => {})).toEqual([])
    // The writer c shows among the comments, the author a among the friends, and nothing else does.
    expect(await changed(() => store.favorites.set(c!, old, true))).toEqual(['comments', 'friends'])
    expect(await changed(() => store.users.seen(b!, 1))).toEqual([
      'feed',
      'works',
      'own',
      'likes',
      'following',
    ])
    const { id } = await store.comments.create({ userId: b!, videoId: old, content: 'x' })
    const comment = { userId: b!, videoId: old, commentId: id }
    expect(await changed(() => store.comments.remove(comment))).toEqual([])
    expect(await changed(() => work(c!))).toEqual(['feed', 'comments'])
    await store.close()
  })
})
