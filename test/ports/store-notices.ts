import { describe, expect, setSystemTime, test } from 'bun:test'
import type { Store } from '../../src/store/store.ts'
import {
  limits,
  type MakeStore,
  newUsers,
  outcome,
  pages,
  publish,
  stopClock,
  withStore,
} from './harness.ts'

const first = { cursor: null, limit: 100 }

/** What a user's notices say, newest first. */
const told = async (store: Store, userId: number) =>
  (await store.notices.list(userId, first)).items.map(({ kind, user, clip, content }) =>
    [kind, user.id, clip?.video.id ?? '', content ?? ''].join(' ').trim(),
  )

const unread = async (store: Store, userId: number) => (await store.notices.unread(userId)).unread

export function noticesSuite(make: MakeStore): void {
  describe('notices', () => {
    test(
      'come with a like, a comment and a follow, once each, and go with it; nobody has any of themselves',
      withStore(make, async (store) => {
        const [me, ann] = (await newUsers(store, 2)).map((user) => user.id)
        const mine = (await publish(store, me!)).video.id
        await store.favorites.set(me!, mine, true)
        await store.comments.create({ userId: me!, videoId: mine, content: 'my own' })
        expect(await told(store, me!)).toEqual([])
        for (let at = 0; at < 2; at++) {
          await store.favorites.set(ann!, mine, true)
          await store.relations.set(ann!, me!, true)
        }
        const said = { userId: ann!, videoId: mine, content: '好看' }
        const { id: commentId } = await store.comments.create(said)
        await store.comments.create({ ...said, content: 'again' })
        const [like, follow] = [`like ${ann} ${mine}`, `follow ${ann}`]
        const all = [`comment ${ann} ${mine} again`, `comment ${ann} ${mine} 好看`, follow, like]
        expect(await told(store, me!)).toEqual(all)
        expect(await unread(store, me!)).toBe(4)
        expect(await told(store, ann!)).toEqual([])
        await store.comments.remove({ userId: ann!, videoId: mine, commentId })
        await store.favorites.set(ann!, mine, false)
        expect(await told(store, me!)).toEqual([all[0]!, follow])
        await store.relations.set(ann!, me!, false)
        await store.videos.remove(mine)
        expect(await told(store, me!)).toEqual([])
        expect(await unread(store, me!)).toBe(0)
      }),
    )

    // A badge that never goes, or that misses one.
    test(
      'unread ones are counted exactly, also when the clock stands still or goes back',
      withStore(make, async (store) => {
        const [me, ...fans] = (await newUsers(store, 9)).map((user) => user.id)
        stopClock()
        const follow = (fan: number, on = true) => store.relations.set(fan, me!, on)
        for (const fan of fans.slice(0, 5)) await follow(fan)
        expect(await unread(store, me!)).toBe(5)
        const [newest, , third] = (await store.notices.list(me!, first)).items
        await store.notices.read(me!, third!.id)
        expect(await store.notices.unread(me!)).toEqual({ unread: 2, readId: third!.id })
        await store.notices.read(me!, third!.id - 1)
        expect(await unread(store, me!)).toBe(2)
        // Far beyond the newest: what comes next is unread all the same.
        await store.notices.read(me!, Number.MAX_SAFE_INTEGER - 1)
        expect(await store.notices.unread(me!)).toEqual({ unread: 0, readId: newest!.id })
        // The newest, which was read, goes; what takes its place is another one.
        await follow(fans[4]!, false)
        setSystemTime(new Date(Date.now() - 3_600_000))
        await follow(fans[5]!)
        expect(await unread(store, me!)).toBe(1)
        expect((await store.notices.list(me!, first)).items[0]!.id).toBeGreaterThan(newest!.id)
        await follow(fans[5]!, false)
        expect(await unread(store, me!)).toBe(0)
        await store.notices.read(me!)
        await follow(fans[6]!)
        expect(await unread(store, me!)).toBe(1)
      }),
    )

    test(
      'are paged without one missing or twice, and of others nothing is read',
      withStore(make, async (store) => {
        const [me, other, ...fans] = (await newUsers(store, 14)).map((user) => user.id)
        stopClock()
        for (const fan of fans) await store.relations.set(fan, me!, true)
        await store.relations.set(fans[0]!, other!, true)
        for (const limit of limits) {
          const found = await pages((page) => store.notices.list(me!, page), limit)
          expect(found.map(({ user }) => user.id)).toEqual(fans.toReversed())
        }
        for (const cursor of ['x', '-1', '1.5', '9'.repeat(17)]) {
          const asked = store.notices.list(me!, { cursor, limit: 3 })
          expect([cursor, await outcome(asked)]).toEqual([cursor, 'invalid'])
        }
        await store.notices.read(me!)
        expect(await unread(store, other!)).toBe(1)
      }),
    )

    test(
      'go with the user who did it, and with whoever they are for',
      withStore(make, async (store) => {
        const [me, ann, bob] = (await newUsers(store, 3)).map((user) => user.id)
        const mine = (await publish(store, me!)).video.id
        const theirs = (await publish(store, ann!)).video.id
        for (const fan of [ann!, bob!]) {
          await store.favorites.set(fan, mine, true)
          await store.comments.create({ userId: fan, videoId: mine, content: 'x' })
          await store.relations.set(fan, me!, true)
        }
        await store.favorites.set(me!, theirs, true)
        await store.favorites.set(bob!, theirs, true)
        await store.accounts.beginRemoval(ann!)
        while (!(await store.accounts.removeSome(ann!)).done);
        expect(await told(store, me!)).toEqual([
          ...[`follow ${bob}`, `comment ${bob} ${mine} x`, `like ${bob} ${mine}`],
        ])
        expect(await unread(store, me!)).toBe(3)
        expect((await store.checks.rows()).notices ?? 3).toBe(3)
      }),
    )
  })
}
