import { describe, expect, test } from 'bun:test'
import { type MakeStore, newUsers, outcome, publish, withStore } from './harness.ts'

const open = { all: false, limit: 100 }

export function reportsSuite(make: MakeStore): void {
  describe('reports', () => {
    test(
      'one for each reporter and thing, open until resolved, with what it is about',
      withStore(make, async (store) => {
        const [me, ann] = (await newUsers(store, 2)).map((user) => user.id)
        const { video } = await publish(store, ann!)
        const said = { userId: ann!, videoId: video.id, content: 'rude' }
        const comment = await store.comments.create(said)
        const add = (kind: 'video' | 'comment' | 'user', targetId: number, reason = 'why') =>
          store.reports.add({ reporterId: me!, kind, targetId, reason })
        await add('video', video.id)
        await add('comment', comment.id)
        await add('user', ann!)
        await add('user', ann!, 'another reason')
        const found = await store.reports.list(open)
        expect(found.map(({ kind, reason, target }) => [kind, reason, target?.text])).toEqual([
          ['video', 'why', video.title],
          ['comment', 'why', 'rude'],
          ['user', 'another reason', (await store.users.byId(ann!))!.name],
        ])
        for (const one of found) expect([one.reporter.id, one.target?.userId]).toEqual([me!, ann!])
        expect(await outcome(add('video', 987_654))).toBe('video_not_found')
        expect(await outcome(add('comment', 987_654))).toBe('comment_not_found')
        expect(await outcome(add('user', 987_654))).toBe('user_not_found')
        expect(await store.reports.resolve(found[0]!.id)).toBe(true)
        expect(await store.reports.resolve(987_654)).toBe(false)
        expect((await store.reports.list(open)).map(({ id }) => id)).toEqual([
          ...[found[1]!.id, found[2]!.id],
        ])
        expect(await store.reports.list({ all: true, limit: 2 })).toHaveLength(2)
        // Reported again it is looked at again; what is gone is said to be.
        await add('video', video.id, 'still there')
        await store.videos.remove(video.id)
        const [first] = await store.reports.list(open)
        expect(first).toMatchObject({ reason: 'still there', target: null })
        await store.accounts.beginRemoval(me!)
        while (!(await store.accounts.removeSome(me!)).done);
        expect(await store.reports.list({ all: true, limit: 100 })).toEqual([])
      }),
    )

    // One account could bury what all others reported.
    test(
      'of one user only so many are open at a time; what is reported again is none more',
      withStore(make, async (store) => {
        const [me, other, ...people] = (await newUsers(store, 103)).map((user) => user.id)
        const add = (reporterId: number, targetId: number) =>
          outcome(store.reports.add({ reporterId, kind: 'user', targetId, reason: 'why' }))
        for (const id of people.slice(0, 100)) expect(await add(me!, id)).toBe('done')
        expect(await add(me!, people[100]!)).toBe('too_many_requests')
        expect(await add(me!, people[0]!)).toBe('done')
        expect(await add(other!, people[100]!)).toBe('done')
        const [first] = await store.reports.list(open)
        await store.reports.resolve(first!.id)
        expect(await add(me!, people[100]!)).toBe('done')
        expect(await add(me!, people[0]!)).toBe('too_many_requests')
      }),
    )
  })
}
