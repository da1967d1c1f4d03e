import { Lru } from '../../lib/lru.ts'
import type { Freshness } from './freshness.ts'

/**
 * Which of some ids a user is connected with (likes, follows): the whole set of a user in memory, as
 * long as it is a small one.
 */
export interface Membership {
  among(userId: number, ids: readonly number[]): ReadonlySet<number>
  /** To be called once a change is on disk. */
  changed(userId: number, id: number, on: boolean): void
}

/** Ids kept in all, some 24 bytes each, and of one user. */
const capacity = 1_000_000
const largest = 10_000

/**
 * @param load reads the ids of a user, at most as many as asked for
 * @param query asks the database which of the ids are among a user's
 */
export function createMembership(
  freshness: Freshness,
  load: (userId: number, limit: number) => readonly number[],
  query: (userId: number, ids: readonly number[]) => readonly number[],
): Membership {
  const kept = new Lru<number, Set<number>>(capacity, (ids) => ids.size + 10)
  const large = new Lru<number, true>(10_000)
  freshness.onForeignWrite(() => {
    kept.clear()
    large.clear()
  })
  const setOf = (userId: number): Set<number> | null => {
    freshness.check()
    const known = kept.get(userId)
    if (known) return known
    if (large.get(userId)) return null
    const ids = load(userId, largest + 1)
    if (ids.length > largest) {
      large.set(userId, true)
      return null
    }
    const loaded = new Set(ids)
    kept.set(userId, loaded)
    return loaded
  }
  return {
    among: (userId, ids) => setOf(userId) ?? new Set(query(userId, ids)),
    changed(userId, id, on) {
      const known = kept.get(userId)
      if (!known) return
      // Taken out first, since what it weighs changes.
      kept.delete(userId)
      if (on) known.add(id)
      else known.delete(id)
      if (known.size <= largest) kept.set(userId, known)
    },
  }
}
