import { describe, expect, test } from 'bun:test'
import {
  type MakeStore,
  newMedia,
  newUsers,
  outcome,
  publish,
  publishMany,
  stopClock,
  withStore,
} from './harness.ts'

const all = { cursor: null, limit: 100 }

export function worksSuite(make: MakeStore): void {
  describe('works', () => {
    test(
      'a thousand videos of one millisecond are each on exactly one page of the feed, newest first',
      withStore(make, async (store) => {
        stopClock()
        const [author] = await newUsers(store, 1)
        const published = await publishMany(store, author!.id, 1000)
        const seen: number[] = []
        for (let until = Number.MAX_SAFE_INTEGER; ; ) {
          const page = await store.videos.feed(until, 30)
          if (page.length === 0) break
          expect(page.length).toBeLessThanOrEqual(30)
          seen.push(...page.map(({ video }) => video.id))
          until = page.at(-1)!.video.publishedAt! - 1
        }
        expect(seen).toEqual(published.map(({ video }) => video.id).toReversed())
        expect((await store.users.byId(author!.id))?.workCount).toBe(1000)
      }),
    )

    test(
      'the videos of whom one follows are each on exactly one page, newest first, whoever has many',
      withStore(make, async (store) => {
        stopClock()
        const [me, ...people] = await newUsers(store, 12)
        const followed = people.slice(0, 9)
        for (const { id } of followed) await store.relations.set(me!.id, id, true)
        const wanted: number[] = []
        // One has most of them, one has none, and those of whom nobody follows are among them.
        for (let made = 0; made < 120; made++) {
          const author = people[made % 3 === 0 ? made % 11 : 8]!
          if (author === people[4]) continue
          const { video } = await publish(store, author.id)
          if (followed.includes(author)) wanted.unshift(video.id)
        }
        await publish(store, followed[0]!.id, newMedia(true))
        const read = async (limit: number) => {
          const ids: number[] = []
          for (let until = Number.MAX_SAFE_INTEGER; ; ) {
            const page = await store.videos.followed(me!.id, until, limit)
            expect(page.length).toBeLessThanOrEqual(limit)
            if (page.length === 0) return ids
            ids.push(...page.map(({ video }) => video.id))
            until = page.at(-1)!.video.publishedAt! - 1
          }
        }
        for (const limit of [1, 2, 7, 30, 500]) expect(await read(limit)).toEqual(wanted)
        await store.relations.set(me!.id, people[8]!.id, false)
        const left = await read(30)
        expect(left.length).toBeLessThan(wanted.length)
        expect(left).toEqual(wanted.filter((id) => left.includes(id)))
        const authors = await Promise.all(left.map((id) => store.videos.byId(id)))
        expect(authors.some((clip) => clip!.author.id === people[8]!.id)).toBe(false)
        expect(await store.videos.followed(people[0]!.id, Number.MAX_SAFE_INTEGER, 9)).toEqual([])
      }),
    )

    test(
      'who follows thousands misses none of them',
      withStore(make, async (store) => {
        const [me] = await newUsers(store, 1)
        const one = { passwordHash: 'x', signature: '', createdAt: 1, lastSeenAt: 1 }
        const ids = await store.seeding.users(
          Array.from({ length: 4_500 }, (_, at) => ({ ...one, name: `person ${at}` })),
        )
        const follow = (toUserId: number) => ({ userId: me!.id, toUserId, createdAt: 1 })
        await store.seeding.follows(ids.map(follow))
        const mediaId = await store.seeding.media(newMedia())
        const authors = [ids[0]!, ids[4_499]!, ids[2_200]!, ids[0]!, ids[1_999]!, ids[2_000]!]
        const works = authors.map((authorId, at) => ({
          ...{ authorId, mediaId, title: 'x' },
          publishedAt: at + 1,
        }))
        const videos = await store.seeding.videos(works)
        const found = await store.videos.followed(me!.id, Number.MAX_SAFE_INTEGER, 30)
        expect(found.map(({ video }) => video.id)).toEqual(videos.toReversed())
        expect(
          (await store.videos.followed(me!.id, 4, 3)).map(({ video }) => video.publishedAt),
        ).toEqual([4, 3, 2])
      }),
    )

    test(
      'a clock set back puts new videos on top all the same',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        stopClock(2_000_000)
        const first = await publish(store, author!.id)
        stopClock(1_000_000)
        const second = await publish(store, author!.id)
        expect(first.video.publishedAt).toBe(2_000_000)
        expect(second.video.publishedAt).toBe(2_000_001)
        const upTo = async (until: number) =>
          (await store.videos.feed(until, 9)).map(({ video }) => video.id)
        expect(await upTo(2_000_001)).toEqual([second.video.id, first.video.id])
        expect(await upTo(2_000_000)).toEqual([first.video.id])
        expect(await upTo(1_999_999)).toEqual([])
      }),
    )

    test(
      'the same bytes are stored once, whoever brings them, in turn or at once',
      withStore(make, async (store) => {
        const [a, b] = await newUsers(store, 2)
        const media = newMedia()
        const twin = { ...newMedia(), sourceHash: media.sourceHash }
        const clips = await Promise.all([publish(store, a!.id, media), publish(store, b!.id, twin)])
        expect(clips.map(({ video }) => video.video)).toEqual([media.video, media.video])
        const stored = await store.videos.mediaOf(media.sourceHash)
        const { job: _, ...columns } = media
        expect(stored).toMatchObject({ ...columns, state: 'ready', failure: null })
        const third = await publish(store, b!.id, { id: stored!.id })
        expect(third.video.cover).toBe(media.cover)
        expect(await store.videos.ownedAmong([media.video, twin.video, twin.cover])).toEqual(
          new Set([media.video]),
        )
        expect(await store.videos.mediaAfter(0, 10)).toHaveLength(1)
        expect(await store.videos.mediaOf('another')).toBeNull()
      }),
    )

    test(
      'a second tap within a minute is the first work; another title, author or minute makes a work',
      withStore(make, async (store) => {
        const [a, b] = await newUsers(store, 2)
        const media = newMedia()
        stopClock()
        const tap = (authorId: number, title = 'one') =>
          store.videos.publish({ authorId, title, media, quota: 1000 * 3 })
        const first = await tap(a!.id)
        expect((await tap(a!.id)).video.id).toBe(first.video.id)
        const both = await Promise.all([tap(b!.id), tap(b!.id)])
        expect(both[0]!.video.id).toBe(both[1]!.video.id)
        expect(both[0]!.video.id).not.toBe(first.video.id)
        expect((await tap(a!.id, 'two')).video.id).not.toBe(first.video.id)
        stopClock(Date.UTC(2026, 0, 1, 0, 1, 1))
        expect((await tap(a!.id)).video.id).not.toBe(first.video.id)
        expect((await store.users.byId(a!.id))?.workCount).toBe(3)
        expect((await store.users.byId(b!.id))?.workCount).toBe(1)
      }),
    )

    test(
      'what is refused leaves no media, no work and no count',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const media = newMedia()
        const tight = { authorId: author!.id, title: '', media, quota: 999 }
        expect(await outcome(store.videos.publish(tight))).toBe('quota_exceeded')
        expect(await outcome(publish(store, 999, newMedia()))).toBe('user_not_found')
        expect(await outcome(publish(store, author!.id, { id: 999 }))).toBe('media_gone')
        expect(await store.videos.mediaOf(media.sourceHash)).toBeNull()
        expect(await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)).toEqual([])
        expect((await store.users.byId(author!.id))?.workCount).toBe(0)
        // Exactly the quota is within it; known bytes count for whoever publishes them.
        expect(await outcome(store.videos.publish({ ...tight, quota: 1000 }))).toBe('done')
        expect(
          await outcome(store.videos.publish({ ...tight, title: 'another', quota: 1999 })),
        ).toBe('quota_exceeded')
      }),
    )

    test(
      'likes and comments refuse what is not there, and what others may not see yet',
      withStore(make, async (store) => {
        const [author, fan] = await newUsers(store, 2)
        const hidden = await publish(store, author!.id, newMedia(true))
        for (const videoId of [0, 999, hidden.video.id]) {
          const of = { userId: fan!.id, videoId }
          expect({
            like: await outcome(store.favorites.set(fan!.id, videoId, true)),
            unlike: await outcome(store.favorites.set(fan!.id, videoId, false)),
            comment: await outcome(store.comments.create({ ...of, content: 'hi' })),
            list: await outcome(() => store.comments.ofVideo(videoId, all)),
          }).toEqual({
            like: 'video_not_found',
            unlike: 'video_not_found',
            comment: 'video_not_found',
            list: 'video_not_found',
          })
        }
      }),
    )

    test(
      'a comment goes by the hand of its author or that of the video, from the video it is on, once',
      withStore(make, async (store) => {
        const [author, other, third] = await newUsers(store, 3)
        const [one, two] = await publishMany(store, author!.id, 2)
        const videoId = one!.video.id
        const comment = await store.comments.create({ userId: other!.id, videoId, content: '好' })
        expect(comment).toMatchObject({ content: '好', user: { id: other!.id } })
        const remove = (userId: number, from: number, commentId: number) =>
          outcome(store.comments.remove({ userId, videoId: from, commentId }))
        expect(await remove(third!.id, videoId, comment.id)).toBe('forbidden')
        expect(await remove(other!.id, two!.video.id, comment.id)).toBe('comment_not_found')
        expect(await remove(other!.id, videoId, 999)).toBe('comment_not_found')
        expect((await store.videos.byId(videoId))?.video.commentCount).toBe(1)
        expect(await remove(other!.id, videoId, comment.id)).toBe('done')
        expect(await remove(other!.id, videoId, comment.id)).toBe('comment_not_found')
        expect((await store.videos.byId(videoId))?.video.commentCount).toBe(0)
        const unwanted = await store.comments.create({ userId: other!.id, videoId, content: 'ad' })
        // Of another video's author it is nobody's business.
        const foreign = await publish(store, third!.id)
        expect(await remove(third!.id, foreign.video.id, unwanted.id)).toBe('comment_not_found')
        expect(await remove(author!.id, videoId, unwanted.id)).toBe('done')
        expect((await store.videos.byId(videoId))?.video.commentCount).toBe(0)
        const next = await store.comments.create({ userId: other!.id, videoId, content: 'again' })
        expect(next.id).toBeGreaterThan(comment.id)
      }),
    )

    test(
      'views are added up, however many videos at once; what is gone is passed over',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const ids = (await publishMany(store, author!.id, 450)).map(({ video }) => video.id)
        await store.videos.remove(ids[7]!)
        await store.videos.viewed(new Map([...ids.map((id, at) => [id, at] as const), [9_999, 1]]))
        await store.videos.viewed(new Map([[ids[449]!, 2]]))
        const counts = await Promise.all(
          ids.map(async (id) => (await store.videos.byId(id))?.video.playCount ?? null),
        )
        expect(counts).toEqual(ids.map((_, at) => (at === 7 ? null : at + (at === 449 ? 2 : 0))))
        await store.videos.viewed(new Map())
      }),
    )

    test(
      'a work is changed and removed by its author alone; of a hidden one others learn nothing',
      withStore(make, async (store) => {
        const [author, other] = await newUsers(store, 2)
        const shown = (await publish(store, author!.id)).video
        const hidden = (await publish(store, author!.id, newMedia(true))).video
        const retitle = (by: number, id: number) =>
          outcome(store.videos.retitle({ id, authorId: by, title: '新标题' }))
        expect(await retitle(other!.id, shown.id)).toBe('forbidden')
        expect(await retitle(other!.id, hidden.id)).toBe('video_not_found')
        expect(await retitle(author!.id, 999)).toBe('video_not_found')
        expect((await store.videos.byId(shown.id))?.video).toEqual(shown)
        for (const { id } of [shown, hidden]) {
          expect(await retitle(author!.id, id)).toBe('done')
          expect((await store.videos.byId(id))?.video.title).toBe('新标题')
        }
        // Lists that were in memory show it too.
        const feed = await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)
        expect(feed[0]?.video.title).toBe('新标题')
        const remove = (by: number, id: number) => outcome(store.videos.remove(id, by))
        expect(await remove(other!.id, shown.id)).toBe('forbidden')
        expect(await remove(other!.id, hidden.id)).toBe('video_not_found')
        expect(await store.videos.byId(shown.id)).not.toBeNull()
        expect(await remove(author!.id, shown.id)).toBe('done')
        expect(await remove(author!.id, shown.id)).toBe('video_not_found')
        expect(await store.videos.byId(shown.id)).toBeNull()
        expect((await store.users.byId(author!.id))?.workCount).toBe(0)
      }),
    )

    test(
      'a removed video takes its likes and comments out of every count, and its id with it',
      withStore(make, async (store) => {
        const [author, fan] = await newUsers(store, 2)
        const [kept, gone] = await publishMany(store, author!.id, 2)
        for (const { video } of [kept!, gone!]) {
          await store.favorites.set(fan!.id, video.id, true)
          await store.favorites.set(author!.id, video.id, true)
          await store.comments.create({ userId: fan!.id, videoId: video.id, content: 'x' })
        }
        const { video, cover } = gone!.video
        const blobs = await store.videos.remove(gone!.video.id)
        expect(blobs.toSorted()).toEqual([cover, video].toSorted())
        expect(await store.videos.byId(gone!.video.id)).toBeNull()
        expect(await outcome(store.videos.remove(gone!.video.id))).toBe('video_not_found')
        expect(await store.users.byId(author!.id)).toMatchObject({
          workCount: 1,
          totalFavorited: 2,
          favoriteCount: 1,
        })
        expect(await store.users.byId(fan!.id)).toMatchObject({ favoriteCount: 1 })
        const liked = await store.favorites.ofUser(fan!.id, all)
        expect(liked.items.map((clip) => clip.video.id)).toEqual([kept!.video.id])
        const next = await publish(store, author!.id)
        expect(next.video.id).toBeGreaterThan(gone!.video.id)
      }),
    )

    test(
      'files that another work shows stay when one is removed',
      withStore(make, async (store) => {
        const [a, b] = await newUsers(store, 2)
        const media = newMedia()
        const [one, two] = [await publish(store, a!.id, media), await publish(store, b!.id, media)]
        expect(await store.videos.remove(one.video.id)).toEqual([])
        expect((await store.videos.remove(two.video.id)).toSorted()).toEqual(
          [media.cover, media.video].toSorted(),
        )
        expect(await store.videos.mediaOf(media.sourceHash)).toBeNull()
      }),
    )

    test(
      'among answers those of the videos that this user likes, of none for none',
      withStore(make, async (store) => {
        const [author, fan] = await newUsers(store, 2)
        const [one, two, three] = (await publishMany(store, author!.id, 3)).map((c) => c.video.id)
        await store.favorites.set(fan!.id, one!, true)
        await store.favorites.set(fan!.id, three!, true)
        await store.favorites.set(author!.id, two!, true)
        const liked = await store.favorites.among(fan!.id, [two!, three!, 999])
        expect([two!, three!, 999].filter((id) => liked.has(id))).toEqual([three!])
      }),
    )

    // Responses are kept by it.
    test(
      'the stamp of such a set is that of no other set, nor of the same one after a like or unlike',
      withStore(make, async (store) => {
        const [author, fan, other] = await newUsers(store, 3)
        const ids = (await publishMany(store, author!.id, 2)).map((clip) => clip.video.id)
        const stamps: (number | undefined)[] = []
        const look = async (userId: number) => {
          stamps.push((await store.favorites.among(userId, ids)).stamp)
        }
        await look(other!.id)
        for (const on of [true, false, true]) {
          await store.favorites.set(fan!.id, ids[0]!, on)
          await look(fan!.id)
          await store.relations.set(fan!.id, author!.id, on)
          stamps.push((await store.relations.among(fan!.id, [author!.id])).stamp)
        }
        await look(author!.id)
        const given = stamps.filter((stamp) => stamp !== undefined)
        expect(new Set(given).size).toBe(given.length)
      }),
    )
  })
}
