import { describe, expect, setSystemTime, test } from 'bun:test'
import { createRandom } from '../../cli/seed/random.ts'
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
        for (const cursor of ['x', '-1', '1.', '9'.repeat(17)]) {
          const asked = store.notices.list(me!, { cursor, limit: 3 })
          expect([cursor, await outcome(asked)]).toEqual([cursor, 'invalid'])
        }
        await store.notices.read(me!)
        expect(await unread(store, other!)).toBe(1)
      }),
    )

    // What was taken back must be gone from lists and counts wherever it stood, and from the disk too.
    test(
      'are exactly what was done and not taken back, in the order of doing, whatever was read between',
      withStore(make, async (store) => {
        const [me, ...fans] = (await newUsers(store, 7)).map((user) => user.id)
        const videos: number[] = []
        for (let at = 0; at < 3; at++) videos.push((await publish(store, me!)).video.id)
        const { next: dice, below, pick } = createRandom(7, 'notices')
        let done: { key: string; said?: number; isRead: boolean }[] = []
        const flip = async (key: string, set: (on: boolean) => Promise<unknown>) => {
          const on = !done.some((one) => one.key === key)
          await set(on)
          if (on) done.unshift({ key, isRead: false })
          else done = done.filter((one) => one.key !== key)
        }
        const say = async (fan: number, videoId: number) => {
          const said = await store.comments.create({ userId: fan, videoId, content: 'x' })
          expect(said.noticeFor).toBe(me!)
          done.unshift({ key: `comment ${fan} ${videoId} x`, said: said.id, isRead: false })
        }
        const unsay = async ({ key, said }: (typeof done)[number]) => {
          const [, fan, videoId] = key.split(' ').map(Number)
          const own = { userId: fan!, videoId: videoId!, commentId: said! }
          await store.comments.remove(own)
          done = done.filter((one) => one.said !== said)
        }
        for (let round = 0; round < 40; round++) {
          for (let at = 0; at < 12; at++) {
            const [fan, video] = [pick(fans), pick(videos)]
            const comment = pick(done.filter(({ said }) => said !== undefined))
            const kind = dice()
            if (kind < 0.5)
              await flip(`like ${fan} ${video}`, (on) => store.favorites.set(fan, video, on))
            else if (kind < 0.7)
              await flip(`follow ${fan}`, (on) => store.relations.set(fan, me!, on))
            else if (kind < 0.85 || !comment) await say(fan, video)
            else await unsay(comment)
          }
          const of = { cursor: null, limit: 1 + below(5) }
          const some = await store.notices.list(me!, of)
          if (round % 3 === 0) {
            const last = below(some.items.length)
            await store.notices.read(me!, some.items[last]!.id)
            for (const one of done.slice(last)) one.isRead = true
          }
          expect(await unread(store, me!)).toBe(done.filter(({ isRead }) => !isRead).length)
          if (round % 4 > 0) continue
          const found = await pages((page) => store.notices.list(me!, page), 3)
          const keys = found.map(({ kind, user, clip, content }) =>
            [kind, user.id, clip?.video.id ?? '', content ?? ''].join(' ').trim(),
          )
          expect(keys).toEqual(done.map(({ key }) => key))
          expect((await store.checks.counts(false)).filter(({ rows }) => rows > 0)).toEqual([])
          // What was passed over is no longer there to be passed.
          expect((await store.checks.rows()).notices ?? done.length).toBe(done.length)
        }
      }),
      60_000,
    )

    // A page that ends at a notice that is taken back must not be the last one.
    test(
      'are read on behind one that was taken back, and from any place only one’s own',
      withStore(make, async (store) => {
        const [me, other, ...fans] = (await newUsers(store, 10)).map((user) => user.id)
        for (const fan of fans) {
          await store.relations.set(fan, me!, true)
          await store.relations.set(fan, other!, true)
        }
        const newest = await store.notices.list(me!, { cursor: null, limit: 3 })
        for (const fan of fans.slice(-3)) await store.relations.set(fan, me!, false)
        const all = fans.slice(0, -3).toReversed()
        expect(await told(store, me!)).toEqual(all.map((fan) => `follow ${fan}`))
        const rest = await store.notices.list(me!, { cursor: newest.next, limit: 100 })
        expect(rest.items.map(({ user }) => user.id)).toEqual(all)
        const theirs = (await store.notices.list(other!, first)).items
        for (const { id } of theirs) {
          const page = await store.notices.list(me!, { cursor: String(id), limit: 100 })
          expect(all.join()).toEndWith(page.items.map(({ user }) => user.id).join())
          await store.notices.read(me!, id)
        }
        expect(await unread(store, other!)).toBe(fans.length)
      }),
    )

    // A badge that stays: the last one that a phone has shown was taken back before it said so.
    test(
      'are read up to one that was taken back, or before the place of one of somebody else',
      withStore(make, async (store) => {
        const [me, other, ...fans] = (await newUsers(store, 10)).map((user) => user.id)
        for (const fan of fans) {
          await store.relations.set(fan, me!, true)
          await store.relations.set(fan, other!, true)
        }
        const mine = (await store.notices.list(me!, first)).items
        const theirs = (await store.notices.list(other!, first)).items
        const idOf = (fan: number) => mine.find(({ user }) => user.id === fans[fan])!.id
        for (const fan of [1, 3]) await store.relations.set(fans[fan]!, me!, false)
        // Whoever reads past it takes it out.
        await told(store, me!)
        await store.notices.read(me!, idOf(1))
        expect(await store.notices.unread(me!)).toEqual({ unread: 5, readId: idOf(0) })
        await store.notices.read(me!, idOf(3))
        expect(await store.notices.unread(me!)).toEqual({ unread: 4, readId: idOf(2) })
        await store.notices.read(me!, idOf(1))
        expect(await unread(store, me!)).toBe(4)
        await store.notices.read(me!, theirs.find(({ user }) => user.id === fans[5])!.id)
        expect(await store.notices.unread(me!)).toEqual({ unread: 2, readId: idOf(5) })
        expect(await unread(store, other!)).toBe(fans.length)
        expect((await store.checks.counts(false)).filter(({ rows }) => rows > 0)).toEqual([])
      }),
    )

    // Whoever takes out what was taken back must not lead to what another reader has taken out.
    for (const stays of [5, 4]) {
      test(
        `are all there when two read past the same ones that were taken back, ${stays} that stay`,
        withStore(make, async (store) => {
          const [me, ann] = (await newUsers(store, 2)).map((user) => user.id)
          const videos: number[] = []
          for (let at = 0; at < 7; at++) videos.push((await publish(store, me!)).video.id)
          const like = (at: number, on: boolean) => store.favorites.set(ann!, videos[at]!, on)
          await like(0, true)
          for (let at = 0; at < 2_000; at += 100)
            await Promise.all(Array.from({ length: 200 }, (_, k) => like(6, k % 2 === 0)))
          for (let at = 1; at <= stays; at++) await like(at, true)
          const top = await store.notices.list(me!, { cursor: null, limit: 3 })
          const fourth = top.items.find(({ clip }) => clip?.video.id === videos[4])
          await like(4, false)
          const long = store.notices.list(me!, first)
          await like(3, false)
          await store.notices.list(me!, { cursor: String(fourth?.id), limit: 1 })
          await long
          const left = [5, 2, 1, 0].filter((at) => at <= stays)
          expect(await told(store, me!)).toEqual(left.map((at) => `like ${ann} ${videos[at]}`))
          expect((await store.checks.counts(false)).filter(({ rows }) => rows > 0)).toEqual([])
        }),
      )
    }

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
