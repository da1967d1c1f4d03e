import { describe, expect, test } from 'bun:test'
import type { Session } from '../../src/store/session.ts'
import { type MakeStore, newUsers, outcome, withStore } from './harness.ts'

const session = (userId: number, tokenHash: string, lastUsedAt: number): Session => ({
  tokenHash,
  userId,
  createdAt: 1,
  lastUsedAt,
  expiresAt: lastUsedAt + 1000,
})

export function sessionsSuite(make: MakeStore): void {
  describe('sessions', () => {
    test(
      'a session is found as it was stored, expired or not; another token finds none',
      withStore(make, async (store) => {
        const [user] = await newUsers(store, 1)
        const expired = session(user!.id, 'aa', 5)
        await store.sessions.create(expired, 20)
        expect(await store.sessions.find('aa')).toEqual(expired)
        for (const other of ['', 'AA', 'a', 'aaa']) {
          expect(await store.sessions.find(other)).toBeNull()
        }
      }),
    )

    test(
      'touch moves the end of one session alone, and of an unknown one nothing',
      withStore(make, async (store) => {
        const [user] = await newUsers(store, 1)
        await store.sessions.create(session(user!.id, 'a', 10), 20)
        await store.sessions.create(session(user!.id, 'b', 10), 20)
        await store.sessions.touch('a', 20, 5000)
        await store.sessions.touch('nobody', 20, 5000)
        expect(await store.sessions.find('a')).toMatchObject({ lastUsedAt: 20, expiresAt: 5000 })
        expect(await store.sessions.find('b')).toEqual(session(user!.id, 'b', 10))
        expect(await store.sessions.find('nobody')).toBeNull()
      }),
    )

    test(
      'one device too many drops the one used longest ago, and of nobody else',
      withStore(make, async (store) => {
        const [user, other] = await newUsers(store, 2)
        await store.sessions.create(session(other!.id, 'other', 1), 3)
        for (const [token, at] of [
          ['a', 10],
          ['b', 20],
          ['c', 30],
        ] as const) {
          await store.sessions.create(session(user!.id, token, at), 3)
        }
        await store.sessions.touch('a', 40, 9000)
        await store.sessions.create(session(user!.id, 'd', 50), 3)
        const left = await store.sessions.ofUser(user!.id)
        expect(left.map((one) => one.tokenHash)).toEqual(['d', 'a', 'c'])
        expect(await store.sessions.find('other')).not.toBeNull()
      }),
    )

    // Who knows the old password must not get in while another one is being set.
    test(
      'a session of a password that is not the one any more is refused',
      withStore(make, async (store) => {
        const [user] = await newUsers(store, 1)
        await store.sessions.create(session(user!.id, 'a', 10), 20, 'hash')
        const setting = store.accounts.setPassword(user!.id, 'new hash')
        const late = store.sessions.create(session(user!.id, 'b', 10), 20, 'hash')
        expect(await outcome(late)).toBe('wrong_credentials')
        await setting
        expect(await store.sessions.ofUser(user!.id)).toEqual([])
        await store.sessions.create(session(user!.id, 'c', 10), 20, 'new hash')
        expect(await store.sessions.find('c')).not.toBeNull()
      }),
    )

    // Otherwise a login succeeds whose token is refused at once.
    test.each([
      ['set back by an hour', [100, 100, 100, 40]],
      ['stopped', [100, 100, 100, 100]],
    ] as const)('the session just made is never the one dropped: clock %s', (_, times) =>
      withStore(make, async (store) => {
        const [user] = await newUsers(store, 1)
        for (const tokens of ['abcd', 'zyxw']) {
          for (const [at, time] of times.entries()) {
            const token = `${tokens[at]}`
            await store.sessions.create(session(user!.id, token, time), 3)
            expect(await store.sessions.find(token)).not.toBeNull()
            expect((await store.sessions.ofUser(user!.id)).length).toBeLessThanOrEqual(3)
          }
        }
      })(),
    )

    test(
      'the sweep forgets what expired before the moment, to the millisecond, and says how many',
      withStore(make, async (store) => {
        const [user] = await newUsers(store, 1)
        for (const at of [1, 2, 3]) await store.sessions.create(session(user!.id, `${at}`, at), 20)
        expect(await store.sessions.sweep(1002)).toBe(1)
        expect(await store.sessions.sweep(1002)).toBe(0)
        expect((await store.sessions.ofUser(user!.id)).map((one) => one.tokenHash)).toEqual([
          '3',
          '2',
        ])
      }),
    )
  })
}
