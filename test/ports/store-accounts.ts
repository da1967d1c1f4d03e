import { describe, expect, test } from 'bun:test'
import { login, type MakeStore, newUsers, outcome, withStore } from './harness.ts'

export function accountsSuite(make: MakeStore): void {
  describe('accounts', () => {
    // Or of two who change it at once the one who is told first would be locked out.
    test(
      'a password is changed only from the one it was and by a session that lasts, which stays',
      withStore(make, async (store) => {
        const [a, b] = (await newUsers(store, 2)).map((user) => user.id)
        for (const token of ['1', '2']) await login(store, a!, token)
        await login(store, b!, 'other')
        const { accounts, sessions } = store
        for (const token of ['1', '2', 'other']) await sessions.find(token)
        const { version } = sessions.endedSince(0)
        const change = (before: string, session: string) =>
          outcome(accounts.changePassword(a!, { before, after: 'new', session }))
        expect(await change('not it', '1')).toBe('wrong_old_password')
        expect(await change('hash', 'other')).toBe('unauthorized')
        expect(await change('hash', 'none')).toBe('unauthorized')
        expect((await sessions.ofUser(a!)).length).toBe(2)
        expect(await change('hash', '1')).toBe('done')
        expect(await sessions.find('1')).not.toBeNull()
        expect(await sessions.find('2')).toBeNull()
        expect(await sessions.find('other')).not.toBeNull()
        expect(sessions.endedSince(version).hashes).toEqual(['2'])
        expect(await change('hash', '1')).toBe('wrong_old_password')
        const name = (await store.users.byId(a!))!.name
        expect((await store.users.credentials(name))?.passwordHash).toBe('new')
      }),
    )

    test(
      'another password and being kept out both end every session, of nobody else',
      withStore(make, async (store) => {
        const [a, b] = (await newUsers(store, 2)).map((user) => user.id)
        for (const token of ['1', '2']) await login(store, a!, token)
        await login(store, b!, 'other')
        await store.sessions.find('1')
        await store.accounts.setPassword(a!, 'new hash')
        expect(await store.sessions.find('1')).toBeNull()
        const name = (await store.users.byId(a!))!.name
        expect((await store.users.credentials(name))?.passwordHash).toBe('new hash')
        await login(store, a!, '3')
        await store.accounts.setDisabled(a!, true)
        expect(await store.sessions.find('3')).toBeNull()
        expect(await store.users.credentials(name)).toMatchObject({ disabled: true })
        // Whoever checked the password a moment before must not get in either.
        expect(await outcome(login(store, a!, '4'))).toBe('user_disabled')
        await store.accounts.setDisabled(a!, false)
        expect(await outcome(login(store, a!, '5'))).toBe('done')
        expect(await store.accounts.endSessions(a!)).toBe(1)
        expect(await store.accounts.endSessions(a!)).toBe(0)
        expect(await store.sessions.find('other')).not.toBeNull()
      }),
    )

    test(
      'nobody is no account',
      withStore(make, async (store) => {
        expect(await outcome(store.accounts.setPassword(999, 'x'))).toBe('user_not_found')
        expect(await outcome(store.accounts.setDisabled(999, true))).toBe('user_not_found')
        expect(await outcome(store.accounts.beginRemoval(999))).toBe('user_not_found')
        expect(await outcome(login(store, 999, 'x'))).toBe('user_not_found')
        expect(await store.accounts.removals()).toEqual([])
      }),
    )
  })
}
