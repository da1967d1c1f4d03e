import { max } from 'drizzle-orm'
import type { Loaders } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { conversations, messages } from '../engine/schema.ts'
import { conversationsOf, isOfPair, lowHigh } from './conversations.ts'

/** The columns of a Message. */
export const messageColumns = {
  id: messages.id,
  fromUserId: messages.fromUserId,
  toUserId: messages.toUserId,
  content: messages.content,
  createdAt: messages.createdAt,
}

/** What reads the newest message of a conversation and of a user. */
export function createMessageLoaders(
  db: Handle,
): Pick<Loaders, 'lastMessageAt' | 'newestMessageOf'> {
  const lastAt = db
    .select({ at: conversations.lastCreatedAt })
    .from(conversations)
    .where(isOfPair(conversations))
    .prepare()
  const mine = conversationsOf(db)
  const newest = db
    .select({ id: max(mine.lastMessageId) })
    .from(mine)
    .prepare()
  return {
    lastMessageAt: (userId, otherId) => lastAt.get(lowHigh(userId, otherId))?.at ?? 0,
    newestMessageOf: (userId) => newest.get({ userId })?.id ?? 0,
  }
}
