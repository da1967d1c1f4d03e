import { describe, expect, test } from 'bun:test'
import type { Message } from '../../src/store/message.ts'
import type { Store } from '../../src/store/store.ts'
import {
  limits,
  type MakeStore,
  newUsers,
  outcome,
  pages,
  stopClock,
  unreadOf,
  withStore,
} from './harness.ts'

const send = async (
  store: Store,
  fromUserId: number,
  toUserId: number,
  content: string,
  clientId: string | null = null,
): Promise<Message> =>
  (await store.messages.send({ fromUserId, toUserId, content, clientId })).message

const said = (messages: readonly Message[]) => messages.map((message) => message.content).join('')

const day = 24 * 60 * 60 * 1000

const whole = { since: 0, limit: 100 }
const firstPage = { cursor: null, limit: 100 }

export function messagesSuite(make: MakeStore): void {
  describe('messages', () => {
    // What is said in one of two lists of the inbox and not in the other is a badge that never goes.
    test(
      'conversations are those of one user, the last written in first, with what each has read',
      withStore(make, async (store) => {
        const [me, ...others] = (await newUsers(store, 13)).map((user) => user.id)
        const newest = new Map<number, number>()
        for (const other of [...others, ...others.slice(0, 5), others[7]!]) {
          await send(store, other, me!, 'to me')
          newest.set(other, (await send(store, other, me!, `from ${other}`)).id)
        }
        await send(store, others[0]!, others[1]!, 'not mine')
        const mine = await send(store, me!, others[2]!, 'mine')
        newest.set(others[2]!, mine.id)
        await store.messages.read(others[2]!, me!, mine.id)
        await store.messages.read(me!, others[3]!, newest.get(others[3]!)! - 1)
        const wanted = [...newest].sort(([, a], [, b]) => b - a)
        for (const limit of limits) {
          const found = await pages((page) => store.messages.conversations(me!, page), limit)
          expect(found.map(({ user, latest }) => [user.id, latest.id])).toEqual(wanted)
          const unread = found.reduce((sum, one) => sum + one.unread, 0)
          expect(await store.messages.unreadCount(me!)).toBe(unread)
          const of = (id: number) => found.find(({ user }) => user.id === id)!
          expect(of(others[2]!)).toMatchObject({ peerReadId: mine.id, ownReadId: 0, unread: 4 })
          expect(of(others[2]!).latest).toEqual(mine)
          const readId = newest.get(others[3]!)! - 1
          expect(of(others[3]!)).toMatchObject({ ownReadId: readId, peerReadId: 0, unread: 1 })
        }
        expect((await store.messages.conversations(others[0]!, firstPage)).items).toHaveLength(2)
        for (const cursor of ['x', '-1', '1.', '9'.repeat(17)]) {
          const asked = store.messages.conversations(me!, { cursor, limit: 3 })
          expect([cursor, await outcome(asked)]).toEqual([cursor, 'invalid'])
        }
      }),
    )

    test(
      'a clientId stands for one message, sent again later or at the same time',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        const again = { fromUserId: a!, toUserId: b!, content: 'hi', clientId: 'one' }
        const answers = await Promise.all(
          Array.from({ length: 5 }, () => store.messages.send(again)),
        )
        answers.push(await store.messages.send(again))
        // Refused alone, not with the writes beside it.
        const beside = send(store, c!, a!, 'beside')
        for (const other of [{ content: 'other words' }, { toUserId: c! }]) {
          expect(await outcome(store.messages.send({ ...again, ...other }))).toBe('client_id_used')
        }
        expect((await beside).content).toBe('beside')
        expect(said(await store.messages.history(a!, c!, whole))).toBe('beside')
        expect(new Set(answers.map(({ message }) => message.id)).size).toBe(1)
        expect(answers.map(({ repeated }) => repeated)).toEqual([
          false,
          true,
          true,
          true,
          true,
          true,
        ])
        expect(answers.at(-1)!.message).toEqual(answers[0]!.message)
        expect(await unreadOf(store, b!)).toEqual(new Map([[a!, 1]]))
        // The same clientId of somebody else is another message, and none at all never repeats.
        await send(store, c!, b!, 'mine', 'one')
        await send(store, a!, b!, '1')
        await send(store, a!, b!, '1')
        expect(said(await store.messages.history(a!, b!, whole))).toBe('hi11')
        expect(said(await store.messages.history(c!, b!, whole))).toBe('mine')
      }),
    )

    test(
      'nobody can write to whom there is not, and nothing of it stays',
      withStore(make, async (store) => {
        const [a] = (await newUsers(store, 1)).map((user) => user.id)
        expect(await outcome(send(store, a!, 999, 'hello', 'one'))).toBe('user_not_found')
        expect(await store.messages.ofUser(a!, { afterId: 0, limit: 9 })).toEqual([])
        expect(await store.messages.partners(a!, 9)).toEqual([])
      }),
    )

    // Whatever is remembered of polls that found nothing.
    test(
      'a poll finds what was written since the last one, whoever wrote first and by whatever way',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        let since = 0
        const poll = async (userId: number, peerId: number, since: number) =>
          said(await store.messages.receivedSince(userId, peerId, { since, limit: 9 }))
        // A message of another conversation may be of the same moment as the last of this one.
        const polls = async () => [
          await poll(a!, b!, since),
          await poll(b!, a!, since),
          await poll(a!, c!, 0),
        ]
        const none = ['', '', '']
        expect([await polls(), await polls()]).toEqual([none, none])
        await send(store, b!, a!, '1')
        expect([await polls(), await polls()]).toEqual([
          ['1', '', ''],
          ['1', '', ''],
        ])
        since = (await send(store, a!, b!, '2', 'one')).createdAt
        expect([await polls(), await polls()]).toEqual([none, none])
        await Promise.all([
          send(store, a!, b!, '3'),
          send(store, c!, a!, '4'),
          send(store, b!, a!, '5'),
        ])
        expect(await polls()).toEqual(['5', '3', '4'])
        const wished = { fromUserId: b!, toUserId: a!, content: '6', createdAt: since + day }
        await store.seeding.messages([wished])
        expect(await polls()).toEqual(['56', '3', '4'])
        since += day
        expect(await polls()).toEqual(['', '', '4'])
        await store.accounts.beginRemoval(b!)
        while (!(await store.accounts.removeSome(b!)).done);
        since = 0
        expect(await polls()).toEqual(['', '', '4'])
      }),
    )

    test(
      'no two messages of a conversation share a time, whoever writes while the clock stands still',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        stopClock(1_000_000)
        const sent: Message[] = []
        for (let i = 0; i < 10; i++) {
          sent.push(...(await Promise.all([send(store, a!, b!, 'x'), send(store, b!, a!, 'y')])))
        }
        stopClock(500_000)
        sent.push(await send(store, b!, a!, 'z'))
        const times = sent.map((message) => message.createdAt)
        expect(times).toEqual(times.map((_, at) => 1_000_000 + at))
        expect(await store.messages.history(b!, a!, whole)).toEqual(sent)
        // Another conversation is not held up by this one.
        expect((await send(store, a!, c!, 'x')).createdAt).toBe(500_000)
      }),
    )

    test(
      'since is exclusive, so a poll with the last time gets each message exactly once',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        stopClock()
        for (const [at, word] of [...'abcdefgh'].entries()) {
          await (at % 3 === 0 ? send(store, a!, b!, word) : send(store, b!, a!, word))
          await send(store, c!, a!, '-')
        }
        const poll = async (query: 'history' | 'receivedSince', limit: number) => {
          let text = ''
          for (let since = 0, count = 0; count < 99; count++) {
            const page = await store.messages[query](a!, b!, { since, limit })
            if (page.length === 0) return text
            expect(page.length).toBeLessThanOrEqual(limit)
            text += said(page)
            since = page.at(-1)!.createdAt
          }
          throw new Error('the poll has no end')
        }
        for (const limit of [1, 3, 100]) {
          expect(await poll('history', limit)).toBe('abcdefgh')
          expect(await poll('receivedSince', limit)).toBe('bcefh')
        }
        const last = (await store.messages.history(a!, b!, whole)).at(-1)!
        expect(
          await store.messages.receivedSince(a!, b!, { since: last.createdAt, limit: 9 }),
        ).toEqual([])
        expect(await store.messages.receivedSince(a!, 999, whole)).toEqual([])
      }),
    )

    test(
      'history begins behind any moment, near the end or far from it',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        const ways = [
          [a!, b!],
          [b!, a!],
          [a!, c!],
        ] as const
        await store.seeding.messages(
          Array.from({ length: 120 }, (_, at) => {
            const [fromUserId, toUserId] = ways[(at + (at % 5)) % 3]!
            return { fromUserId, toUserId, content: `${at} `, createdAt: 1_000 + 10 * at }
          }),
        )
        const all = await store.messages.history(a!, b!, { since: 0, limit: 999 })
        expect(all.length).toBeGreaterThan(50)
        for (let since = 990; since < 2_300; since += 7) {
          for (const limit of [1, 5, 100]) {
            const behind = all.filter(({ createdAt }) => createdAt > since)
            const page = { since, limit }
            expect(await store.messages.history(a!, b!, page)).toEqual(behind.slice(0, limit))
            const theirs = behind.filter(({ fromUserId }) => fromUserId === b!)
            expect(await store.messages.receivedSince(a!, b!, page)).toEqual(theirs.slice(0, limit))
          }
        }
      }),
    )

    test(
      'ofUser leaves nothing out, whichever of many conversations goes on',
      withStore(make, async (store) => {
        const people = (await newUsers(store, 9)).map((user) => user.id)
        const [me, ...others] = people
        await store.seeding.messages(
          Array.from({ length: 150 }, (_, at) => {
            const pair = [me!, others[(at * at + 3 * at) % 7]!] as const
            const [fromUserId, toUserId] = at % 3 === 0 ? pair : [pair[1], pair[0]]
            return { fromUserId, toUserId, content: `${at}`, createdAt: 1_000 + at }
          }),
        )
        await send(store, others[0]!, others[1]!, 'not ours')
        const all = await store.messages.ofUser(me!, { afterId: 0, limit: 999 })
        expect(all.map(({ content }) => content)).toEqual(Array.from(all, (_, at) => `${at}`))
        expect(all).toHaveLength(150)
        for (const limit of [1, 3, 64]) {
          for (let at = 0; at < all.length; at += 11) {
            const page = await store.messages.ofUser(me!, { afterId: all[at]!.id, limit })
            expect(page).toEqual(all.slice(at + 1, at + 1 + limit))
          }
        }
      }),
    )

    test(
      'ofUser shows both directions of all conversations in one order, each once, and of no others',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        const sent = [
          await send(store, a!, b!, '1'),
          await send(store, c!, a!, '2'),
          await send(store, b!, c!, 'not ours'),
          await send(store, b!, a!, '3'),
          await send(store, a!, c!, '4'),
        ]
        expect(sent.map(({ id }) => id)).toEqual(sent.map(({ id }) => id).toSorted((x, y) => x - y))
        for (const limit of [1, 2, 100]) {
          let text = ''
          for (let afterId = 0, count = 0; count < 99; count++) {
            const page = await store.messages.ofUser(a!, { afterId, limit })
            if (page.length === 0) break
            expect(page.length).toBeLessThanOrEqual(limit)
            text += said(page)
            afterId = page.at(-1)!.id
          }
          expect(text).toBe('1234')
        }
      }),
    )

    test(
      'the newest of a user is that of both directions, and previous leads from one to the next',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        // Whoever was never asked about has a `previous` beyond all ids, which is a gap to look into.
        for (const user of [a!, b!, c!]) expect(await store.messages.newest(user)).toBe(0)
        const ways = [
          [a!, b!],
          [c!, a!],
          [b!, c!],
          [b!, a!],
          [a!, c!],
        ] as const
        const sent = await Promise.all(
          ways.map(([fromUserId, toUserId]) =>
            store.messages.send({ fromUserId, toUserId, content: 'x', clientId: null }),
          ),
        )
        for (const user of [a!, b!, c!]) {
          const mine = sent.filter(({ message }) =>
            [message.fromUserId, message.toUserId].includes(user),
          )
          const ids = mine.map(({ message }) => message.id)
          const before = mine.map((one) => {
            if (one.repeated) throw new Error('nothing was sent twice')
            const { ofSender, ofReceiver } = one.previous
            return one.message.fromUserId === user ? ofSender : ofReceiver
          })
          expect(before).toEqual([0, ...ids.slice(0, -1)])
          expect(await store.messages.newest(user)).toBe(ids.at(-1)!)
        }
      }),
    )

    test(
      'reading counts down to what is left, never goes back, and never past the end',
      withStore(make, async (store) => {
        const [a, b, c] = (await newUsers(store, 3)).map((user) => user.id)
        const [one, two, three] = [
          await send(store, b!, a!, '1'),
          await send(store, b!, a!, '2'),
          await send(store, b!, a!, '3'),
        ]
        const own = await send(store, a!, b!, 'own')
        await send(store, c!, a!, 'other')
        const unread = async (userId: number) => Object.fromEntries(await unreadOf(store, userId))
        expect(await unread(a!)).toEqual({ [b!]: 3, [c!]: 1 })
        expect(await unread(b!)).toEqual({ [a!]: 1 })
        expect(await store.messages.read(a!, b!, two!.id)).toBe(two!.id)
        expect(await unread(a!)).toEqual({ [b!]: 1, [c!]: 1 })
        // A second device that is behind changes nothing.
        expect(await store.messages.read(a!, b!, one!.id)).toBe(two!.id)
        expect(await unread(a!)).toEqual({ [b!]: 1, [c!]: 1 })
        // Beyond the end: what comes later is unread all the same.
        expect(await store.messages.read(a!, b!, Number.MAX_SAFE_INTEGER)).toBe(own.id)
        expect(await unread(a!)).toEqual({ [c!]: 1 })
        const later = await send(store, b!, a!, '4')
        expect(later.id).toBeGreaterThan(three!.id)
        expect(await unread(a!)).toEqual({ [b!]: 1, [c!]: 1 })
        // With whom one never spoke there is nothing to read.
        expect(await store.messages.read(b!, c!, 5)).toBe(0)
        expect(await unread(b!)).toEqual({ [a!]: 1 })
      }),
    )

    test(
      'partners: the one last written with first, with the last word of either side',
      withStore(make, async (store) => {
        const [a, b, c, d] = (await newUsers(store, 4)).map((user) => user.id)
        stopClock()
        await send(store, a!, b!, '1')
        await send(store, c!, a!, '2')
        await send(store, d!, c!, 'not ours')
        await send(store, b!, a!, '3')
        const partners = async (limit: number) =>
          (await store.messages.partners(a!, limit)).map(({ user, latest }) => [
            user.id,
            latest.content,
          ])
        expect(await partners(9)).toEqual([
          [b!, '3'],
          [c!, '2'],
        ])
        expect(await partners(1)).toEqual([[b!, '3']])
      }),
    )
  })
}
