import type { Awaitable } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import { type StampedSet, stamped } from '../../lib/stamped-set.ts'
import type { LoadMembers } from './loaders.ts'
import { createLoads } from './stale-loads.ts'

/**
 * Ids kept in all, some 24 bytes each; of one user, as many as are read from a disk in 4 ms; and users
 * known to have more than that.
 */
const maxIds = 1_000_000
const maxIdsOfUser = 10_000
const maxLargeUsers = 10_000

/**
 * Which of some ids a user is connected with (likes, follows): the whole set of a user in memory, as
 * long as it is a small one.
 */
export function createMembership(loader: LoadMembers) {
  const kept = new Lru<number, Set<number> & StampedSet>(maxIds, (ids) => ids.size + 10)
  const large = new Lru<number, true>(maxLargeUsers)
  const loads = createLoads<number>()

  const load = async (userId: number, ids: readonly number[]): Promise<StampedSet> => {
    if (large.get(userId)) return new Set(await loader.among(userId, ids))
    const members = await loads.run(
      async () => stamped(new Set(await loader.some(userId, maxIdsOfUser + 1))),
      (found, isFresh) => {
        if (found.size > maxIdsOfUser) large.set(userId, true)
        else if (isFresh(userId)) kept.set(userId, found)
      },
    )
    return members.size > maxIdsOfUser ? new Set(await loader.among(userId, ids)) : members
  }

  return {
    /** A set that has those of the ids that are connected; others may be in it too. */
    among: (userId: number, ids: readonly number[]): Awaitable<StampedSet> =>
      kept.get(userId) ?? load(userId, ids),
    changed(userId: number, id: number, on: boolean) {
      loads.announce(userId)
      const known = kept.get(userId)
      if (!known) return
      // Taken out first, since what it weighs changes.
      kept.delete(userId)
      if (on) known.add(id)
      else known.delete(id)
      if (known.size <= maxIdsOfUser) kept.set(userId, stamped(known))
    },
    clear() {
      kept.clear()
      large.clear()
      loads.announceAll()
    },
  }
}
