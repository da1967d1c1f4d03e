import { describe, expect, test } from 'bun:test'
import type { Store } from '../../src/store/store.ts'
import { type MakeStore, newMedia, newUsers, publish, publishMany, withStore } from './harness.ts'

/** Writes that change what is shown of a user or a video, and of whom. */
const writes: Record<
  string,
  (world: World) => { run(): Promise<unknown>; users: number[]; videos: number[] }
> = {
  like: ({ store, author, fan, video }) => ({
    run: () => store.favorites.set(fan, video, true),
    users: [author, fan],
    videos: [video],
  }),
  comment: ({ store, fan, video }) => ({
    run: () => store.comments.create({ userId: fan, videoId: video, content: 'x' }),
    users: [],
    videos: [video],
  }),
  follow: ({ store, author, fan }) => ({
    run: () => store.relations.set(fan, author, true),
    users: [author, fan],
    videos: [],
  }),
  publish: ({ store, author }) => ({
    run: () => publish(store, author),
    users: [author],
    videos: [],
  }),
  view: ({ store, video }) => ({
    run: () => store.videos.viewed(new Map([[video, 3]])),
    users: [],
    videos: [video],
  }),
  seen: ({ store, fan }) => ({
    run: () => store.users.seen(fan, Date.now() + 60_000),
    users: [fan],
    videos: [],
  }),
  claim: ({ store, hidden }) => ({ run: () => store.jobs.claim(), users: [], videos: [hidden] }),
  'seeded like': ({ store, author, fan, video }) => ({
    run: () => store.seeding.favorites([{ userId: fan, videoId: video, createdAt: 1 }]),
    users: [author, fan],
    videos: [video],
  }),
  'seeded follow': ({ store, author, fan }) => ({
    run: () => store.seeding.follows([{ userId: fan, toUserId: author, createdAt: 1 }]),
    users: [author, fan],
    videos: [],
  }),
}

interface World {
  readonly store: Store
  readonly author: number
  readonly fan: number
  readonly video: number
  readonly hidden: number
}

export function recordsSuite(make: MakeStore): void {
  describe('records', () => {
    // Callers keep what they made of a record as long as they see the same object.
    test.each(Object.keys(writes))('%s shows in new objects where it changed something', (name) =>
      withStore(make, async (store) => {
        const [author, fan, third] = (await newUsers(store, 3)).map((user) => user.id)
        const [clip, other] = await publishMany(store, author!, 2)
        const hidden = await publish(store, author!, newMedia(true))
        const world = {
          store,
          author: author!,
          fan: fan!,
          video: clip!.video.id,
          hidden: hidden.video.id,
        }
        const write = writes[name]!(world)
        const userIds = [author!, fan!, third!]
        const videoIds = [clip!.video.id, other!.video.id, hidden.video.id]
        const read = async () => ({
          users: await Promise.all(userIds.map((id) => store.users.byId(id))),
          videos: await Promise.all(
            videoIds.map(async (id) => (await store.videos.byId(id))!.video),
          ),
        })
        const before = await read()
        const frozen = structuredClone(before)
        await write.run()
        const after = await read()
        const changed = {
          users: userIds.filter((_, at) => !Bun.deepEquals(before.users[at], after.users[at])),
          videos: videoIds.filter((_, at) => !Bun.deepEquals(before.videos[at], after.videos[at])),
        }
        expect(changed).toEqual({ users: write.users, videos: write.videos })
        // What was handed out stays what it was.
        expect(before).toEqual(frozen)
      })(),
    )

    test(
      'a record cannot be changed by who was handed it',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const { video } = await publish(store, author!.id)
        const user = (await store.users.byId(author!.id))!
        const change = (record: object) => () => Object.assign(record, { name: 'x', title: 'x' })
        expect(change(user)).toThrow()
        expect(change(video)).toThrow()
        expect((await store.users.byId(author!.id))?.name).toBe(author!.name)
      }),
    )

    test(
      'a page keeps the order and the repetitions of what it lists',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const clips = await publishMany(store, author!.id, 5)
        const ids = clips.map(({ video }) => video.id)
        await store.videos.byId(ids[2]!)
        const feed = await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)
        expect(feed.map(({ video }) => video.id)).toEqual(ids.toReversed())
        expect(new Set(feed.map((clip) => clip.author)).size).toBe(1)
      }),
    )
  })
}
