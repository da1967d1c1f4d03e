import { and, eq, sql } from 'drizzle-orm'
import type { Seeding } from '../../../seeding.ts'
import type { Handle } from '../../engine/handle.ts'
import { messages, threads } from '../../engine/schema.ts'

const p = sql.placeholder

type Given = Parameters<Seeding['messages']>[0]

/** How the messages of one call change a conversation, as one of its two people sees it. */
interface Thread {
  readonly userId: number
  readonly peerId: number
  id: number
  at: number
  readId: number
  readAt: number
  unread: number
}

/** Stores messages, those of one conversation oldest first, within a commit. */
export function createSeedMessages(db: Handle): (given: Given) => void {
  const lastAt = db
    .select({ at: threads.lastCreatedAt })
    .from(threads)
    .where(and(eq(threads.userId, p('userId')), eq(threads.peerId, p('peerId'))))
    .prepare()
  const insert = db
    .insert(messages)
    .values({
      fromUserId: p('fromUserId'),
      toUserId: p('toUserId'),
      content: p('content'),
      createdAt: p('createdAt'),
    })
    .returning({ id: messages.id })
    .prepare()
  // What somebody wrote is read by themselves, and so is all before it.
  const update = db
    .insert(threads)
    .values({
      userId: p('userId'),
      peerId: p('peerId'),
      lastMessageId: p('id'),
      lastCreatedAt: p('at'),
      readId: p('readId'),
      readAt: p('readAt'),
      unread: p('unread'),
    })
    .onConflictDoUpdate({
      target: [threads.userId, threads.peerId],
      set: {
        lastMessageId: sql`excluded.last_message_id`,
        lastCreatedAt: sql`excluded.last_created_at`,
        readId: sql`max(${threads.readId}, excluded.read_id)`,
        readAt: sql`max(${threads.readAt}, excluded.read_at)`,
        unread: sql`iif(excluded.read_id > 0, 0, ${threads.unread}) + excluded.unread`,
      },
    })
    .prepare()

  return (given) => {
    const changed = new Map<string, Thread>()
    const threadOf = (userId: number, peerId: number): Thread => {
      const key = `${userId} ${peerId}`
      const known = changed.get(key)
      if (known) return known
      const at = lastAt.get({ userId, peerId })?.at ?? 0
      const fresh = { userId, peerId, id: 0, at, readId: 0, readAt: 0, unread: 0 }
      changed.set(key, fresh)
      return fresh
    }
    for (const { fromUserId, toUserId, content, createdAt } of given) {
      const sent = threadOf(fromUserId, toUserId)
      const received = threadOf(toUserId, fromUserId)
      const at = Math.max(createdAt, sent.at + 1)
      const { id } = insert.get({ fromUserId, toUserId, content, createdAt: at })
      Object.assign(sent, { id, at, readId: id, readAt: at, unread: 0 })
      Object.assign(received, { id, at, unread: received.unread + 1 })
    }
    for (const thread of changed.values()) update.run({ ...thread })
  }
}
