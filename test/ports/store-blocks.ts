import { describe, expect, test } from 'bun:test'
import { limits, type MakeStore, newUsers, outcome, pages, publish, withStore } from './harness.ts'

export function blocksSuite(make: MakeStore): void {
  describe('blocks', () => {
    test(
      'who is blocked can’t follow, comment or write, until it is taken back; all others can',
      withStore(make, async (store) => {
        const [me, ann, bob] = (await newUsers(store, 3)).map((user) => user.id)
        const mine = (await publish(store, me!)).video.id
        const { relations, comments, messages, notices } = store
        const say = (from: number, to: number) =>
          messages.send({ fromUserId: from, toUserId: to, content: 'x', clientId: null })
        const tries = (by: number) => [
          () => relations.set(by, me!, true),
          () => comments.create({ userId: by, videoId: mine, content: 'x' }),
          () => say(by, me!),
        ]
        const outcomes = async (by: number) => {
          const all: string[] = []
          for (const attempt of tries(by)) all.push(await outcome(attempt()))
          return all
        }
        const done = ['done', 'done', 'done']
        expect(await outcomes(ann!)).toEqual(done)
        await relations.set(me!, ann!, true)
        expect((await relations.blockedAmong(me!, [ann!])).has(ann!)).toBe(false)
        for (let at = 0; at < 2; at++) await relations.block(me!, ann!, true)
        expect((await relations.blockedAmong(me!, [ann!, bob!])).has(ann!)).toBe(true)
        expect((await relations.blockedAmong(ann!, [me!])).has(me!)).toBe(false)
        // Nobody of the two follows the other any more, and the counts say so.
        for (const id of [me!, ann!]) {
          expect(await store.users.byId(id)).toMatchObject({ followCount: 0, followerCount: 0 })
        }
        const told = (await notices.unread(me!)).unread
        const rows = await store.checks.rows()
        expect(await outcomes(ann!)).toEqual(['blocked', 'blocked', 'blocked'])
        expect(await store.checks.rows()).toEqual(rows)
        // A like counts, and is no notice. To take back what one did is no bother.
        await store.favorites.set(ann!, mine, true)
        expect((await notices.unread(me!)).unread).toBe(told)
        await relations.set(ann!, me!, false)
        expect(await outcomes(bob!)).toEqual(done)
        expect(await outcome(say(me!, ann!))).toBe('done')
        for (let at = 0; at < 2; at++) await relations.block(me!, ann!, false)
        expect((await relations.blockedAmong(me!, [ann!])).has(ann!)).toBe(false)
        expect(await outcomes(ann!)).toEqual(done)
        expect(await outcome(relations.block(me!, 987_654, true))).toBe('user_not_found')
        for (const check of [store.checks.counts, store.checks.references]) {
          expect((await check(false)).filter((finding) => finding.rows > 0)).toEqual([])
        }
      }),
    )

    // Whoever follows somebody they have blocked would have them in a feed that they are kept out of.
    test(
      'whom one has blocked one can’t follow either, until it is taken back',
      withStore(make, async (store) => {
        const [me, ann] = (await newUsers(store, 2)).map((user) => user.id)
        const { relations } = store
        await relations.block(me!, ann!, true)
        expect(await outcome(relations.set(me!, ann!, true))).toBe('blocked_by_you')
        expect(await outcome(relations.set(me!, ann!, false))).toBe('done')
        expect(await store.users.byId(ann!)).toMatchObject({ followerCount: 0 })
        await relations.block(me!, ann!, false)
        expect(await outcome(relations.set(me!, ann!, true))).toBe('done')
      }),
    )

    // Its sender would take for unsent what the other one has read.
    test(
      'a message from before a block is acknowledged to whoever sends it once more, and no other',
      withStore(make, async (store) => {
        const [me, ann] = (await newUsers(store, 2)).map((user) => user.id)
        const draft = { fromUserId: ann!, toUserId: me!, content: 'x', clientId: 'a' }
        const { message } = await store.messages.send(draft)
        await store.relations.block(me!, ann!, true)
        expect(await store.messages.send(draft)).toEqual({ message, repeated: true })
        const tries = [{ content: 'y' }, { clientId: 'b' }, { clientId: null }]
        const outcomes = tries.map((other) => outcome(store.messages.send({ ...draft, ...other })))
        expect(await Promise.all(outcomes)).toEqual(['client_id_used', 'blocked', 'blocked'])
        expect((await store.checks.rows()).messages).toBe(1)
      }),
    )

    test(
      'whom one has blocked is paged, and gone when they are',
      withStore(make, async (store) => {
        const [me, ...others] = (await newUsers(store, 9)).map((user) => user.id)
        for (const other of others) await store.relations.block(me!, other, true)
        await store.relations.block(others[0]!, me!, true)
        for (const limit of limits) {
          const found = await pages((page) => store.relations.blocked(me!, page), limit)
          expect(found.map(({ id }) => id)).toEqual(others)
        }
        await store.accounts.beginRemoval(others[0]!)
        while (!(await store.accounts.removeSome(others[0]!)).done);
        const left = await store.relations.blocked(me!, { cursor: null, limit: 100 })
        expect(left.items.map(({ id }) => id)).toEqual(others.slice(1))
        expect((await store.checks.rows()).blocks ?? 7).toBe(7)
      }),
    )
  })
}
