import { describe, expect, test } from 'bun:test'
import type { Store } from '../../src/store/store.ts'
import type { Clip } from '../../src/store/video.ts'
import {
  login,
  type MakeStore,
  newMedia,
  newUsers,
  outcome,
  publish,
  publishMany,
  withStore,
} from './harness.ts'

const all = { cursor: null, limit: 100 }

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Removes a user as the application does, and answers the blobs that are nobody's any more. */
async function remove(store: Store, userId: number): Promise<string[]> {
  await store.accounts.beginRemoval(userId)
  const blobs: string[] = []
  for (let step = 0; step < 1000; step++) {
    const removed = await store.accounts.removeSome(userId)
    blobs.push(...removed.blobs)
    if (removed.done) return blobs
  }
  throw new Error('the removal has no end')
}

/** What the engine itself finds wrong with its counts and references. */
const damage = async (store: Store) =>
  [...(await store.checks.counts(false)), ...(await store.checks.references(false))].filter(
    ({ rows }) => rows > 0,
  )

export function removalSuite(make: MakeStore): void {
  describe('the removal of a user', () => {
    test(
      'a removed user is out of every list and every count, and files that others show stay',
      withStore(make, async (store) => {
        const [gone, fan, other] = (await newUsers(store, 3)).map((user) => user.id)
        const shared = newMedia()
        const mine = await publish(store, gone!)
        await publish(store, gone!, shared)
        const theirs = await publish(store, other!, shared)
        for (const videoId of [mine.video.id, theirs.video.id]) {
          for (const userId of [gone!, fan!]) {
            await store.favorites.set(userId, videoId, true)
            await store.comments.create({ userId, videoId, content: 'x' })
          }
        }
        for (const [from, to] of [
          [gone!, fan!],
          [fan!, gone!],
          [fan!, other!],
        ] as const) {
          await store.relations.set(from, to, true)
          await store.messages.send({
            fromUserId: from,
            toUserId: to,
            content: 'x',
            clientId: null,
          })
        }
        const blobs = await remove(store, gone!)
        expect(blobs.toSorted()).toEqual([mine.video.cover, mine.video.video].toSorted())
        expect(await store.users.byId(gone!)).toBeNull()
        expect(await store.accounts.removals()).toEqual([])
        expect(await damage(store)).toEqual([])
        expect(await store.users.byId(fan!)).toMatchObject({
          followCount: 1,
          followerCount: 0,
          favoriteCount: 1,
        })
        expect((await store.videos.byId(theirs.video.id))?.video).toMatchObject({
          favoriteCount: 1,
          commentCount: 1,
        })
        const comments = await store.comments.ofVideo(theirs.video.id, all)
        expect(comments.items.map(({ user }) => user.id)).toEqual([fan!])
        expect((await store.relations.following(fan!, all)).items.map(({ id }) => id)).toEqual([
          other!,
        ])
        expect((await store.relations.followers(fan!, all)).items).toEqual([])
        expect((await store.messages.partners(fan!, 9)).map(({ user }) => user.id)).toEqual([
          other!,
        ])
        expect(await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)).toHaveLength(1)
        const [next] = await newUsers(store, 1)
        expect(next!.id).toBeGreaterThan(other!)
      }),
    )

    // A removal may take minutes, and what is left of a name meanwhile is no name.
    test(
      'who is being removed is shown nowhere from the first moment, and nobody else is hidden',
      withStore(make, async (store) => {
        const [stays, gone, fan] = await newUsers(store, 3)
        const people = [stays!.id, gone!.id]
        const mine = (await publish(store, fan!.id)).video.id
        for (const id of people) {
          for (const { video } of await publishMany(store, id, 4))
            await store.favorites.set(fan!.id, video.id, true)
          await store.comments.create({ userId: id, videoId: mine, content: 'x' })
          const both = [id, fan!.id] as const
          for (const [from, to] of [both, both.toReversed() as [number, number]]) {
            await store.relations.set(from, to, true)
            const message = { content: 'x', clientId: null }
            await store.messages.send({ fromUserId: from, toUserId: to, ...message })
          }
          const report = { reporterId: id, kind: 'user', targetId: fan!.id, reason: 'x' } as const
          await store.reports.add(report)
          await store.reports.add({ ...report, reporterId: fan!.id, targetId: id })
        }
        const me = fan!.id
        const authors = (clips: readonly Clip[]) => clips.map(({ author }) => author.id)
        const ids = (page: { readonly items: readonly { readonly id: number }[] }) =>
          page.items.map(({ id }) => id)
        const usersOf = (list: readonly { readonly user: { readonly id: number } }[]) =>
          list.map(({ user }) => user.id)
        const page = { cursor: null, limit: 4 }
        const look = async () => [
          authors(await store.videos.feed(Number.MAX_SAFE_INTEGER, 4)),
          authors(await store.videos.followed(me, Number.MAX_SAFE_INTEGER, 4)),
          authors((await store.favorites.ofUser(me, page)).items),
          authors((await store.videos.search('title', page)).items),
          usersOf((await store.comments.ofVideo(mine, page)).items),
          ids(await store.relations.followers(me, page)),
          ids(await store.relations.following(me, page)),
          usersOf((await store.relations.friends(me, false, page)).items),
          usersOf((await store.messages.conversations(me, page)).items),
          usersOf(await store.messages.partners(me, 9)),
          usersOf((await store.notices.list(me, { cursor: null, limit: 9 })).items),
          ids({ items: await store.users.list({ sort: 'id', limit: 9, search: '' }) }),
          ids(await store.users.search(gone!.name, page)),
          ids({ items: await store.users.namesakes(gone!.name) }),
          (await store.reports.list({ all: true, limit: 9 })).map(({ reporter }) => reporter.id),
        ]
        const isShown = async () => (await look()).map((found) => found.includes(gone!.id))
        const hidden = Array.from(await isShown(), () => false)
        expect(await isShown()).toEqual(hidden.map(() => true))
        // The four newest are by whom is to go: from now on what is behind them is the first page.
        await store.accounts.beginRemoval(gone!.id)
        const { id, name } = gone!
        expect(await store.accounts.removals()).toEqual([{ id, name }])
        for (const list of (await look()).slice(0, 3))
          expect(list).toEqual(Array(4).fill(stays!.id))
        for (let isDone = false, steps = 0; !isDone; steps++) {
          const removing = store.accounts.removeSome(id)
          for (let isOver = false; !isOver; ) {
            isOver = await Promise.race([removing.then(() => true), nextTurn().then(() => false)])
            expect(await isShown()).toEqual(hidden)
            expect([await store.users.byId(id), await store.users.byName(name)]).toEqual([
              ...[null, null],
            ])
          }
          isDone = (await removing).done
          expect(steps).toBeLessThan(100)
        }
        const found = await look()
        for (const list of found.slice(0, 4)) expect(list).toEqual(Array(4).fill(stays!.id))
        for (const list of found.slice(4, 10)) expect(list).toEqual([stays!.id])
        expect(await damage(store)).toEqual([])
      }),
    )

    test(
      'a removal of many rows goes in steps, after each of which every count is right',
      withStore(make, async (store) => {
        const [gone, ...others] = (await newUsers(store, 40)).map((user) => user.id)
        const clips = await publishMany(store, gone!, 60)
        await Promise.all(
          others.flatMap((id) => [
            store.relations.set(id, gone!, true),
            store.relations.set(gone!, id, true),
            ...clips.slice(0, 20).map(({ video }) => store.favorites.set(id, video.id, true)),
          ]),
        )
        await store.accounts.beginRemoval(gone!)
        expect(await store.accounts.removals()).toMatchObject([{ id: gone! }])
        let steps = 1
        while (!(await store.accounts.removeSome(gone!)).done) {
          expect(await damage(store)).toEqual([])
          // As if the server had been killed here: the next one finds what was begun.
          expect(await store.accounts.removals()).toMatchObject([{ id: gone! }])
          expect(steps++).toBeLessThan(1000)
        }
        expect(steps).toBeGreaterThan(1)
        expect(await damage(store)).toEqual([])
        expect(await store.users.byId(others[0]!)).toMatchObject({
          followCount: 0,
          followerCount: 0,
          favoriteCount: 0,
        })
      }),
    )

    // The foreign keys would remove those rows without counting them off.
    test(
      'what was under way while the last words are wiped is counted off as well',
      withStore(make, async (store) => {
        const [gone, other] = (await newUsers(store, 2)).map((user) => user.id)
        const { video } = await publish(store, other!)
        await store.accounts.beginRemoval(gone!)
        const removing = store.accounts.removeSome(gone!)
        // Commits go in turn: after this one nothing but the row is left.
        await store.users.seen(other!, 1)
        const upload = newMedia()
        const late = await Promise.all([
          outcome(store.favorites.set(gone!, video.id, true)),
          outcome(store.comments.create({ userId: gone!, videoId: video.id, content: 'late' })),
          outcome(store.relations.set(gone!, other!, true)),
          outcome(publish(store, gone!, upload)),
        ])
        const first = await removing
        const blobs = [...first.blobs, ...(first.done ? [] : await remove(store, gone!))]
        // An engine may refuse them as well, and owes nothing then.
        expect(blobs.includes(upload.video)).toBe(late[3] === 'done')
        expect(await damage(store)).toEqual([])
        expect(await store.videos.ownedAmong([upload.video])).toEqual(new Set())
        expect(await store.users.byId(other!)).toMatchObject({
          followerCount: 0,
          totalFavorited: 0,
        })
        expect(await store.accounts.removals()).toEqual([])
      }),
    )

    test(
      'nobody can follow, or talk with, somebody who is being removed, which would never end',
      withStore(make, async (store) => {
        const [gone, other] = (await newUsers(store, 2)).map((user) => user.id)
        await store.accounts.beginRemoval(gone!)
        for (const [fromUserId, toUserId] of [[gone!, other!] as const, [other!, gone!] as const]) {
          const message = { fromUserId, toUserId, content: 'hi', clientId: null }
          expect(await outcome(store.messages.send(message))).toBe('user_not_found')
        }
        expect(await outcome(store.relations.set(other!, gone!, true))).toBe('user_not_found')
      }),
    )

    test(
      'who is being removed is kept out, and not let in again',
      withStore(make, async (store) => {
        const [gone] = (await newUsers(store, 1)).map((user) => user.id)
        await login(store, gone!, 'x')
        await store.accounts.beginRemoval(gone!)
        expect(await store.sessions.find('x')).toBeNull()
        expect(await outcome(login(store, gone!, 'y'))).not.toBe('done')
        expect(await outcome(store.accounts.setDisabled(gone!, false))).toBe('user_not_found')
        expect(await outcome(store.accounts.beginRemoval(gone!))).toBe('done')
      }),
    )
  })
}
