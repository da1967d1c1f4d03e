import type { Awaitable } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import type { Message } from '../message.ts'
import type { Loaders } from './loaders.ts'
import { createLoads } from './loads.ts'

/** What is newest: all that a poll with nothing new, and a connection that opens, need to know. */
export interface NewestMessages {
  /** The time of the newest message between two users, whoever wrote it; 0 if there is none. */
  lastAt(userId: number, otherId: number): Awaitable<number>
  /** The newest message that a user sent or received, with whomever it was; 0 if there is none. */
  ofUser(userId: number): Awaitable<number>
  added(message: Message): void
  clear(): void
}

/** Conversations kept in memory, about 0.2 KB each, and users, 0.1 KB. */
const capacity = { conversations: 50_000, users: 20_000 }

/** Starts with nothing in memory. */
export function createNewestMessages(
  loaders: Pick<Loaders, 'lastMessageAt' | 'newestMessageOf'>,
): NewestMessages {
  const times = new Lru<string, number>(capacity.conversations)
  const ids = new Lru<number, number>(capacity.users)
  const loads = createLoads<string | number>()

  const loadTime = (key: string, userId: number, otherId: number) =>
    loads.run(
      () => loaders.lastMessageAt(userId, otherId),
      (at, isFresh) => {
        if (isFresh(key)) times.set(key, at)
      },
    )
  const loadId = (userId: number) =>
    loads.run(
      () => loaders.newestMessageOf(userId),
      (id, isFresh) => {
        if (isFresh(userId)) ids.set(userId, id)
      },
    )

  return {
    lastAt(userId, otherId) {
      const key = pairKey(userId, otherId)
      return times.get(key) ?? loadTime(key, userId, otherId)
    },
    ofUser: (userId) => ids.get(userId) ?? loadId(userId),
    added({ id, fromUserId, toUserId, createdAt }) {
      const key = pairKey(fromUserId, toUserId)
      times.set(key, createdAt)
      ids.set(fromUserId, id)
      ids.set(toUserId, id)
      for (const announced of [key, fromUserId, toUserId]) loads.announce(announced)
    },
    clear() {
      times.clear()
      ids.clear()
      loads.announceAll()
    },
  }
}

/** Two people, whoever is named first. */
const pairKey = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
