import { expect, test } from 'bun:test'
import { createCaches } from '../../../src/store/cache/caches.ts'
import type { Loaders } from '../../../src/store/cache/loaders.ts'
import type { User } from '../../../src/store/user.ts'

// A disk may fail at any moment, also right after a commit. What was committed is seen all the same.
test('a failed look at what others wrote hides no commit, and nothing that others wrote', async () => {
  let stored = 0
  let isBroken = false
  const users = (ids: readonly number[]) =>
    ids.map((id) => ({ id, signature: '', followerCount: stored }) as User)
  const loaders = { users, lists: {}, members: {} } as unknown as Loaders
  const caches = createCaches(loaders, () => {
    if (!isBroken) return false
    isBroken = false
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
  })
  const followers = async () => {
    const user = await caches.records.user(1)
    // The next look is in the next turn.
    await new Promise((resolve) => setImmediate(resolve))
    return user?.followerCount
  }
  expect(await followers()).toBe(0)
  stored = 1
  isBroken = true
  caches.changed([{ type: 'follow', userId: 2, toUserId: 1, on: true }])
  expect(await followers()).toBe(1)
  stored = 2
  isBroken = true
  expect(await followers()).toBe(2)
})
