import { Lru } from '../../lib/lru.ts'
import type { Message } from '../message.ts'
import type { Engine } from './engine.ts'

/** What is last: all that a poll with nothing new asks, and what a message is sent after. */
export interface Threads {
  /** The time of the newest message between two users, whoever wrote it; 0 if there is none. */
  lastAt(userId: number, peerId: number): number
  /** The newest message that a user sent or received, with whomever it was; 0 if there is none. */
  newestOf(userId: number): number
  /** To be called once a message is on disk, before anybody hears of it. */
  added(message: Message): void
}

/** Conversations kept in memory, about 0.15 KB each, and users, 0.1 KB. */
const capacity = { conversations: 50_000, users: 20_000 }

/** Starts with nothing in memory. */
export function createThreads({ raw, freshness }: Engine): Threads {
  const query = raw.prepare<{ at: number }, { userId: number; peerId: number }>(
    'SELECT last_created_at AS at FROM threads WHERE user_id = $userId AND peer_id = $peerId',
  )
  const newest = raw.prepare<{ id: number }, [number]>(
    `SELECT last_message_id AS id FROM threads WHERE user_id = ?
     ORDER BY last_message_id DESC LIMIT 1`,
  )
  const kept = new Lru<number | string, number>(capacity.conversations)
  const newestKept = new Lru<number, number>(capacity.users)
  freshness.onForeignWrite(() => {
    kept.clear()
    newestKept.clear()
  })
  return {
    lastAt(userId, peerId) {
      freshness.check()
      const key = pairKey(userId, peerId)
      const known = kept.get(key)
      if (known !== undefined) return known
      const at = query.get({ userId, peerId })?.at ?? 0
      kept.set(key, at)
      return at
    },
    newestOf(userId) {
      freshness.check()
      const known = newestKept.get(userId)
      if (known !== undefined) return known
      const id = newest.get(userId)?.id ?? 0
      newestKept.set(userId, id)
      return id
    },
    added({ id, fromUserId, toUserId, createdAt }) {
      kept.set(pairKey(fromUserId, toUserId), createdAt)
      newestKept.set(fromUserId, id)
      newestKept.set(toUserId, id)
    },
  }
}

/** Two people, whoever is named first: as a number where both ids have room in one. */
export function pairKey(a: number, b: number): number | string {
  const low = Math.min(a, b)
  const high = Math.max(a, b)
  return high < room ? low * room + high : `${low} ${high}`
}

const room = 2 ** 26
