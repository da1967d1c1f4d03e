import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { call } from '../support/api.ts'
import { openRaw } from '../support/chat/raw.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

let server: TestServer

beforeAll(async () => {
  server = await bootServer()
})
afterAll(() => server[Symbol.asyncDispose]())

// The command line is another process: nobody tells the server what it did.
describe('what another process does to an account holds at once', () => {
  test.each([
    ['disabled', (store: Store, id: number) => store.accounts.setDisabled(id, true)],
    ['logged out', (store: Store, id: number) => store.accounts.endSessions(id)],
    ['given another password', (store: Store, id: number) => store.accounts.setPassword(id, 'x')],
    ['on the way out', (store: Store, id: number) => store.accounts.beginRemoval(id)],
  ] as [string, (store: Store, id: number) => Promise<unknown>][])('%s', async (what, change) => {
    const [user] = (await storedUsers(server, 1, what)) as [{ id: number; token: string }]
    const profile = () => call(server, 'GET', 'user/', { token: user.token })
    expect((await profile()).status_code).toBe(0)
    const socket = await openRaw(server.url, `/douyin/message/ws/?token=${user.token}`)
    expect((await socket.next())?.payload.toString()).toContain('ready')

    const path = join(server.ctx.config.data, 'douyin.db')
    const elsewhere = createSqliteStore(path)
    await change(elsewhere, user.id)
    await elsewhere.close()
    expect((await profile()).status_code).toBe(1005)
    // Sockets are looked at every few seconds; this is what that does.
    server.ctx.bus.publish(user.id, () => ({ type: 'sessions' }))
    expect(await socket.closeCode()).toBe(4401)
  })
})
