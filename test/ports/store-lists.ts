import { describe, expect, test } from 'bun:test'
import { cursorPattern } from '../../src/store/page.ts'
import type { Store } from '../../src/store/store.ts'
import {
  limits,
  type MakeStore,
  newMedia,
  newUser,
  newUsers,
  outcome,
  pages,
  publish,
  publishMany,
  stopClock,
  withStore,
} from './harness.ts'

/** Twelve of everything, for one user; `still` makes it all in one millisecond. */
async function crowded(store: Store, still: boolean) {
  if (still) stopClock()
  const [me, ...others] = await newUsers(store, 13)
  const clips = await publishMany(store, me!.id, 12)
  const [videoId] = clips.map(({ video }) => video.id)
  const order: number[] = []
  const comments: number[] = []
  // Not in the order of ids, or a list sorted by id would pass for one sorted by time.
  for (const at of [5, 2, 9, 0, 11, 7, 1, 10, 3, 8, 6, 4]) {
    const { id } = others[at]!
    await store.relations.set(me!.id, id, true)
    await store.relations.set(id, me!.id, true)
    await store.favorites.set(me!.id, clips[at]!.video.id, true)
    comments.push((await store.comments.create({ userId: id, videoId: videoId!, content: 'x' })).id)
    order.unshift(at)
    if (!still) await Bun.sleep(2)
  }
  return {
    me: me!.id,
    videoId: videoId!,
    users: order.map((at) => others[at]!.id),
    likes: order.map((at) => clips[at]!.video.id),
    works: clips.map(({ video }) => video.id).toReversed(),
    comments: comments.toReversed(),
  }
}

export function listsSuite(make: MakeStore): void {
  describe('lists', () => {
    test.each([
      ['at different times', false],
      ['in one millisecond', true],
    ])('every page size shows every entry exactly once: made %s', (_, still) =>
      withStore(make, async (store) => {
        const { me, videoId, ...made } = await crowded(store, still)
        const { relations, favorites, videos, comments } = store
        for (const limit of limits) {
          const ids = {
            following: (await pages((page) => relations.following(me, page), limit)).map(
              (user) => user.id,
            ),
            followers: (await pages((page) => relations.followers(me, page), limit)).map(
              (user) => user.id,
            ),
            likes: (await pages((page) => favorites.ofUser(me, page), limit)).map(
              ({ video }) => video.id,
            ),
            works: (await pages((page) => videos.byAuthor(me, false, page), limit)).map(
              ({ video }) => video.id,
            ),
            comments: (await pages((page) => comments.ofVideo(videoId, page), limit)).map(
              (comment) => comment.id,
            ),
          }
          const expected = {
            following: made.users,
            followers: made.users,
            likes: made.likes,
            works: made.works,
            comments: made.comments,
          }
          // Which of one millisecond comes first is not promised; that each comes once is.
          if (still) expect(sorted(ids)).toEqual(sorted(expected))
          else expect(ids).toEqual(expected)
        }
      })(),
    )

    test(
      'an entry that goes between two pages neither repeats nor hides another',
      withStore(make, async (store) => {
        const { me, users } = await crowded(store, true)
        const first = await store.relations.following(me, { cursor: null, limit: 4 })
        await store.relations.set(me, first.items.at(-1)!.id, false)
        const rest = await pages(
          (page) => store.relations.following(me, { ...page, cursor: page.cursor ?? first.next }),
          4,
        )
        const ids = [...first.items, ...rest].map((user) => user.id)
        expect(ids.toSorted()).toEqual(users.toSorted())
      }),
    )

    test(
      'a cursor that no page gave is refused, not read as the start',
      withStore(make, async (store) => {
        const { me, videoId } = await crowded(store, true)
        const bad = [
          '',
          'x',
          '1.',
          '.1',
          'ab1',
          '9'.repeat(17),
          '-1.1',
          '1.1.1',
          '1e3.1',
          ' 1.1',
          "1.1'",
          '1.1\n',
        ]
        for (const cursor of bad) {
          const page = { cursor, limit: 5 }
          expect({
            cursor,
            following: await outcome(() => store.relations.following(me, page)),
            followers: await outcome(() => store.relations.followers(me, page)),
            friends: await outcome(() => store.relations.friends(me, false, page)),
            likes: await outcome(() => store.favorites.ofUser(me, page)),
            works: await outcome(() => store.videos.byAuthor(me, true, page)),
            comments: await outcome(() => store.comments.ofVideo(videoId, page)),
          }).toEqual({
            cursor,
            following: 'invalid',
            followers: 'invalid',
            friends: 'invalid',
            likes: 'invalid',
            works: 'invalid',
            comments: 'invalid',
          })
        }
      }),
    )

    // The document says what a cursor looks like, and so no more can be wrong with one.
    test(
      'what looks like a cursor is one of every list, and never the start',
      withStore(make, async (store) => {
        const { me, videoId } = await crowded(store, true)
        const most = '9'.repeat(16)
        for (const cursor of ['0', '000', '0.0', 't0', 'f0.0', 'x0', most, `f${most}.${most}`]) {
          expect(cursor).toMatch(new RegExp(cursorPattern))
          const page = { cursor, limit: 5 }
          const asked = {
            following: store.relations.following(me, page),
            followers: store.relations.followers(me, page),
            friends: store.relations.friends(me, false, page),
            blocked: store.relations.blocked(me, page),
            likes: store.favorites.ofUser(me, page),
            works: store.videos.byAuthor(me, true, page),
            comments: store.comments.ofVideo(videoId, page),
            search: store.videos.search('x', page),
            tagged: store.videos.tagged('x', page),
            users: store.users.search('x', page),
            conversations: store.messages.conversations(me, page),
            notices: store.notices.list(me, page),
          }
          for (const [list, answer] of Object.entries(asked)) {
            const { items } = await answer
            // Behind conversations come the others who follow.
            if (cursor === '0' && list !== 'friends') expect([list, items]).toEqual([list, []])
          }
        }
      }),
    )

    test(
      'friends: whoever one writes with, the newest word on top, then the silent followers; each once',
      withStore(make, async (store) => {
        const me = await newUser(store)
        const friends = await newUsers(store, 9)
        const stranger = await newUser(store)
        stopClock()
        for (const { id } of friends) await store.relations.set(id, me.id, true)
        const say = (fromUserId: number, toUserId: number, content: string) =>
          store.messages.send({ fromUserId, toUserId, content, clientId: null })
        await say(friends[2]!.id, me.id, 'old')
        await say(me.id, friends[5]!.id, 'mine')
        await say(stranger.id, me.id, 'of a stranger')
        await say(me.id, stranger.id, 'to a stranger')
        await say(friends[2]!.id, me.id, 'newest')
        // Followed back: three of them, one with a conversation.
        for (const at of [2, 3, 4]) await store.relations.set(me.id, friends[at]!.id, true)
        for (const mutual of [false, true]) {
          // A message that was acknowledged can be found, whoever follows whom.
          const silent = mutual ? [3, 4] : [0, 1, 3, 4, 6, 7, 8]
          const written = [friends[2]!.id, stranger.id, friends[5]!.id]
          const expected = [...written, ...silent.map((at) => friends[at]!.id)]
          for (const limit of limits) {
            const list = await pages((page) => store.relations.friends(me.id, mutual, page), limit)
            const ids = list.map(({ user }) => user.id)
            expect(ids.slice(0, 3)).toEqual(written)
            expect(ids.toSorted()).toEqual(expected.toSorted())
            expect(
              list.slice(0, 3).map(({ latest }) => [latest?.content, latest?.fromUserId]),
            ).toEqual([
              ['newest', friends[2]!.id],
              ['to a stranger', me.id],
              ['mine', me.id],
            ])
            expect(list.slice(3).every(({ latest }) => latest === null)).toBe(true)
          }
        }
      }),
    )

    test(
      'works that only their author may see are in no list but the one that asks for them',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const shown = await publish(store, author!.id)
        const hidden = await publish(store, author!.id, newMedia(true))
        const list = async (all: boolean) =>
          (await pages((page) => store.videos.byAuthor(author!.id, all, page), 1)).map(
            ({ video }) => video.id,
          )
        expect(await list(false)).toEqual([shown.video.id])
        expect(await list(true)).toEqual([hidden.video.id, shown.video.id])
        expect(await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)).toHaveLength(1)
        expect((await store.users.byId(author!.id))?.workCount).toBe(1)
      }),
    )

    test(
      'follow: once is enough both ways, nobody who is not there, flags of those asked for',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        for (const on of [true, true, false, false, true]) {
          await store.relations.set(a!, b!, on)
        }
        await store.relations.set(a!, c!, false)
        expect(await store.users.byId(a!)).toMatchObject({ followCount: 1, followerCount: 0 })
        expect(await store.users.byId(b!)).toMatchObject({ followCount: 0, followerCount: 1 })
        expect(await store.users.byId(c!)).toMatchObject({ followCount: 0, followerCount: 0 })
        expect(await outcome(store.relations.set(a!, 999, true))).toBe('user_not_found')
        expect(await outcome(store.relations.set(a!, 999, false))).toBe('user_not_found')
        const followed = await store.relations.among(a!, [a!, b!, c!, 999])
        expect([a!, b!, c!, 999].filter((id) => followed.has(id))).toEqual([b!])
        expect((await store.relations.among(b!, [a!])).has(a!)).toBe(false)
      }),
    )
  })
}

const sorted = (lists: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(lists).map(([name, ids]) => [name, ids.toSorted()]))
