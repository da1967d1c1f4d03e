import { and, asc, eq, inArray, or, sql } from 'drizzle-orm'
import type { Handle } from '../engine/handle.ts'
import { messages, threads } from '../engine/schema.ts'

const p = sql.placeholder

/**
 * Removes at most `limit` messages of a user, both sides, one conversation after the other. The
 * oldest go first and the unread ones among them are counted off, so that what is left of a
 * conversation is a conversation; its summaries go with the last message.
 * @returns how many rows were removed, 0 if there are none left
 */
export function createMessageRemoval(db: Handle): (userId: number, limit: number) => number {
  const conversation = db
    .select({ peerId: threads.peerId })
    .from(threads)
    .where(eq(threads.userId, p('userId')))
    .limit(1)
    .prepare()
  const oldest = db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.low, p('low')), eq(messages.high, p('high'))))
    .orderBy(asc(messages.createdAt))
    .limit(p('limit'))
  const remove = db
    .delete(messages)
    .where(inArray(messages.id, oldest))
    .returning({ toUserId: messages.toUserId, at: messages.createdAt })
    .prepare()
  const isThread = and(eq(threads.userId, p('userId')), eq(threads.peerId, p('peerId')))
  const read = db.select({ at: threads.readAt }).from(threads).where(isThread).prepare()
  const countOff = db
    .update(threads)
    .set({ unread: sql`${threads.unread} - ${p('count')}` })
    .where(isThread)
    .prepare()
  const close = db
    .delete(threads)
    .where(
      or(
        and(eq(threads.userId, p('low')), eq(threads.peerId, p('high'))),
        and(eq(threads.userId, p('high')), eq(threads.peerId, p('low'))),
      ),
    )
    .prepare()

  return (userId, limit) => {
    const found = conversation.get({ userId })
    if (!found) return 0
    const { peerId } = found
    const pair = { low: Math.min(userId, peerId), high: Math.max(userId, peerId) }
    const removed = remove.all({ ...pair, limit })
    if (removed.length < limit) {
      close.run(pair)
      return removed.length + 1
    }
    for (const side of [
      { userId, peerId },
      { userId: peerId, peerId: userId },
    ]) {
      const readAt = read.get(side)?.at ?? 0
      const unread = removed.filter(({ toUserId, at }) => toUserId === side.userId && at > readAt)
      countOff.run({ ...side, count: unread.length })
    }
    return removed.length
  }
}
