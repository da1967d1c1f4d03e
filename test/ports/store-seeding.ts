import { describe, expect, test } from 'bun:test'
import { type MakeStore, newMedia, newUsers, unreadOf, withStore } from './harness.ts'

const person = { name: 'ann', passwordHash: 'x', signature: 's', createdAt: 5, lastSeenAt: 6 }

export function seedingSuite(make: MakeStore): void {
  describe('seeding', () => {
    test(
      'names that are taken get a number, ids come in the order given, times are those asked for',
      withStore(make, async (store) => {
        await store.users.create({ name: 'ann', passwordHash: 'x' })
        const ids = await store.seeding.users([person, { ...person, name: 'bob' }, person])
        const users = await Promise.all(ids.map((id) => store.users.byId(id)))
        expect(users.map((user) => user?.name)).toEqual(['ann2', 'bob', 'ann3'])
        expect(users[1]).toMatchObject({ signature: 's', createdAt: 5, lastSeenAt: 6 })
        expect(await store.seeding.users([])).toEqual([])
      }),
    )

    test(
      'works keep their order though they wish for the same moment, and fit in between',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const media = newMedia()
        const mediaId = await store.seeding.media(media)
        expect(await store.seeding.media(media)).toBe(mediaId)
        const work = (publishedAt: number) => ({
          authorId: author!.id,
          mediaId,
          title: '',
          publishedAt,
        })
        const first = await store.seeding.videos([work(10), work(12)])
        const second = await store.seeding.videos([work(10), work(10), work(10)])
        const feed = await store.videos.feed(99, 9)
        expect(feed.map(({ video }) => [video.id, video.publishedAt])).toEqual([
          [second[2]!, 14],
          [second[1]!, 13],
          [first[1]!, 12],
          [second[0]!, 11],
          [first[0]!, 10],
        ])
        expect((await store.users.byId(author!.id))?.workCount).toBe(5)
      }),
    )

    test(
      'rows that are there already are passed over and not counted again',
      withStore(make, async (store) => {
        const [a, b] = (await newUsers(store, 2)).map((user) => user.id)
        const mediaId = await store.seeding.media(newMedia())
        const [videoId] = await store.seeding.videos([
          { authorId: b!, mediaId, title: '', publishedAt: 1 },
        ])
        const like = { userId: a!, videoId: videoId!, createdAt: 1 }
        const follow = { userId: a!, toUserId: b!, createdAt: 1 }
        for (let i = 0; i < 2; i++) {
          await store.seeding.favorites([like, like])
          await store.seeding.follows([follow, follow])
        }
        expect(await store.users.byId(a!)).toMatchObject({ favoriteCount: 1, followCount: 1 })
        expect(await store.users.byId(b!)).toMatchObject({ totalFavorited: 1, followerCount: 1 })
        expect((await store.videos.byId(videoId!))?.video.favoriteCount).toBe(1)
      }),
    )

    test(
      'messages of one wished moment stay in order; who answers has read what came before',
      withStore(make, async (store) => {
        const [a, b] = (await newUsers(store, 2)).map((user) => user.id)
        const word = (fromUserId: number, toUserId: number, content: string) => ({
          fromUserId,
          toUserId,
          content,
          createdAt: 100,
        })
        await store.seeding.messages([word(a!, b!, '1'), word(a!, b!, '2'), word(b!, a!, '3')])
        await store.seeding.messages([word(b!, a!, '4')])
        const history = await store.messages.history(a!, b!, { since: 0, limit: 9 })
        expect(history.map((one) => [one.content, one.createdAt])).toEqual([
          ['1', 100],
          ['2', 101],
          ['3', 102],
          ['4', 103],
        ])
        expect(await unreadOf(store, a!)).toEqual(new Map([[b!, 2]]))
        expect(await unreadOf(store, b!)).toEqual(new Map())
        // Who reads on from there counts down what came since, and nothing from before.
        expect(await store.messages.read(a!, b!, history.at(-1)!.id)).toBe(history.at(-1)!.id)
        expect(await unreadOf(store, a!)).toEqual(new Map())
        const wrong = await store.checks.counts(false)
        expect(wrong.filter(({ rows }) => rows > 0)).toEqual([])
      }),
    )
  })
}
