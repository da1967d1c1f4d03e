import { eq, max, sql } from 'drizzle-orm'
import type { Loaders } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { conversations, messages } from '../engine/schema.ts'
import { isOfPair, lowHigh } from './conversations.ts'

const p = sql.placeholder

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
  const newest = (column: typeof messages.fromUserId | typeof messages.toUserId) =>
    db
      .select({ id: max(messages.id) })
      .from(messages)
      .where(eq(column, p('userId')))
      .prepare()
  const newestSent = newest(messages.fromUserId)
  const newestReceived = newest(messages.toUserId)
  return {
    lastMessageAt: (userId, otherId) => lastAt.get(lowHigh(userId, otherId))?.at ?? 0,
    newestMessageOf: (userId) =>
      Math.max(newestSent.get({ userId })?.id ?? 0, newestReceived.get({ userId })?.id ?? 0),
  }
}
