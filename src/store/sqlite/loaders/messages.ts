import { and, desc, eq, sql } from 'drizzle-orm'
import type { Loaders } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { messages, threads } from '../engine/schema.ts'

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
    .select({ at: threads.lastCreatedAt })
    .from(threads)
    .where(and(eq(threads.userId, p('userId')), eq(threads.peerId, p('otherId'))))
    .prepare()
  const newest = db
    .select({ id: threads.lastMessageId })
    .from(threads)
    .where(eq(threads.userId, p('userId')))
    .orderBy(desc(threads.lastMessageId))
    .limit(1)
    .prepare()
  return {
    lastMessageAt: (userId, otherId) => lastAt.get({ userId, otherId })?.at ?? 0,
    newestMessageOf: (userId) => newest.get({ userId })?.id ?? 0,
  }
}
