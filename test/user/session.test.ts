import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, spyOn, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { authenticator, startSession } from '../../src/user/login/session.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const day = 24 * 60 * 60 * 1000

let path: string
let store: Store
let userId: number
let clean: () => void
let now = 0
const log = { request() {}, note() {}, failure() {} }
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

beforeEach(async () => {
  const directory = temporaryDirectory()
  path = join(directory.path, 'douyin.db')
  clean = directory.clean
  store = createSqliteStore(path)
  userId = (await store.users.create({ name: 'ann', passwordHash: 'x' })).id
  now = Date.now()
})
afterEach(async () => {
  await store.close()
  clean()
})

/** A session that was just used, so that its token is one that is remembered. */
async function used() {
  const authenticate = authenticator(store, log, () => now)
  const token = await startSession(store, userId, now)
  for (let at = 0; at < 3; at++) expect(await authenticate(token)).toMatchObject({ id: userId })
  return { authenticate, token }
}

// What is remembered of a token must never stand for its session.
test('a cached token is refused once its session has ended, however it ended', async () => {
  const ends: Record<string, () => Promise<unknown>> = {
    revoked: () => store.accounts.endSessions(userId),
    'another password': () => store.accounts.setPassword(userId, 'y'),
    disabled: () => store.accounts.setDisabled(userId, true),
    'by another process': async () => {
      const theirs = createSqliteStore(path)
      await theirs.accounts.setDisabled(userId, false)
      await theirs.accounts.endSessions(userId)
      await theirs.close()
      await nextTurn()
    },
    expired: async () => {
      now += 31 * day
    },
    swept: async () => {
      await store.sessions.sweep(now + 31 * day)
    },
    removed: async () => {
      await store.accounts.beginRemoval(userId)
      while (!(await store.accounts.removeSome(userId)).done);
    },
  }
  for (const [how, end] of Object.entries(ends)) {
    if (how === 'by another process') await store.accounts.setDisabled(userId, false)
    const { authenticate, token } = await used()
    await end()
    expect([how, await authenticate(token)]).toEqual([how, null])
  }
})

test('a token is hashed once, and again only after many others were used', async () => {
  const { authenticate, token } = await used()
  const hash = spyOn(Bun.SHA256, 'hash')
  try {
    const hashed = async (some: string) => {
      hash.mockClear()
      await authenticate(some)
      return hash.mock.calls.length
    }
    expect(await hashed(token)).toBe(0)
    // Guesses take no place of those that are sessions.
    for (let at = 0; at < 3; at++) expect(await hashed('guess')).toBe(1)
    const known = {
      find: () => ({ userId, createdAt: now, lastUsedAt: now, expiresAt: now + day }),
    }
    const all = authenticator({ sessions: known } as never, log, () => now)
    await all('first')
    for (let at = 0; at < 11_000; at++) await all(`token ${at}`)
    hash.mockClear()
    await all('token 10999')
    expect(hash.mock.calls.length).toBe(0)
    await all('first')
    expect(hash.mock.calls.length).toBe(1)
  } finally {
    hash.mockRestore()
  }
})

// On a full disk every request would try two writes, and fill the log with their failures.
test('a last use that can’t be stored is told once, and tried again after a minute', async () => {
  const told = spyOn(log, 'failure')
  const tried = spyOn(store.sessions, 'touch')
  const other = new Database(path)
  try {
    const tokens = [await startSession(store, userId, now), await startSession(store, userId, now)]
    const authenticate = authenticator(store, log, () => now)
    const readAll = async () => {
      for (let at = 0; at < 10; at++) {
        const viewers = await Promise.all(tokens.map(authenticate))
        expect(viewers).toMatchObject([{ id: userId }, { id: userId }])
        await nextTurn()
      }
    }
    const calls = () => [tried.mock.calls.length, told.mock.calls.length]
    other.run(`CREATE TRIGGER refuse BEFORE UPDATE ON sessions
      BEGIN SELECT RAISE(ABORT, 'no room'); END`)
    now += day
    await readAll()
    expect(calls()).toEqual([2, 1])
    now += 59_000
    await readAll()
    expect(calls()).toEqual([2, 1])
    now += 2_000
    await readAll()
    expect(calls()).toEqual([4, 2])
    other.run('DROP TRIGGER refuse')
    await readAll()
    expect(calls()).toEqual([4, 2])
    now += 61_000
    await readAll()
    expect(calls()).toEqual([6, 2])
    const stored = await store.sessions.ofUser(userId)
    expect(stored.map(({ lastUsedAt }) => lastUsedAt)).toEqual([now, now])
  } finally {
    other.close()
    tried.mockRestore()
    told.mockRestore()
  }
})

test('requests that come together store one last use', async () => {
  const { authenticate, token } = await used()
  const tried = spyOn(store.sessions, 'touch')
  now += day
  await Promise.all(Array.from({ length: 20 }, () => authenticate(token)))
  expect(tried.mock.calls.length).toBe(1)
  tried.mockRestore()
})
