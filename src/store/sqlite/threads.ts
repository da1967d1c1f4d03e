import { Lru } from '../../lru.ts'
import type { Engine } from './engine.ts'

/** When something was last said in each conversation: all that a poll with nothing new asks. */
export interface Threads {
  /** The time of the newest message between two users, whoever wrote it; 0 if there is none. */
  lastAt(userId: number, peerId: number): number
  /** To be called in the write that adds a message between the two. */
  drop(userId: number, peerId: number): void
}

/** Conversations kept in memory: about 0.15 KB each. */
const capacity = 50_000

/** Starts with nothing in memory. */
export function createThreads({ raw, freshness }: Engine): Threads {
  const query = raw.prepare<{ at: number }, { userId: number; peerId: number }>(
    'SELECT last_created_at AS at FROM threads WHERE user_id = $userId AND peer_id = $peerId',
  )
  const kept = new Lru<string, number>(capacity)
  freshness.onForeignWrite(() => kept.clear())
  return {
    lastAt(userId, peerId) {
      freshness.check()
      const key = keyOf(userId, peerId)
      const known = kept.get(key)
      if (known !== undefined) return known
      const at = query.get({ userId, peerId })?.at ?? 0
      kept.set(key, at)
      return at
    },
    drop: (userId, peerId) => kept.delete(keyOf(userId, peerId)),
  }
}

const keyOf = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`)
