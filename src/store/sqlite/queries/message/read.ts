import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Engine } from '../../engine/engine.ts'
import { messages, threads } from '../../engine/schema.ts'

const p = sql.placeholder

/** Messages that are looked at in one query. */
const batchSize = 256

/**
 * Marks what the other one wrote as read up to a message, within a commit. Walks from what was read
 * before: a message is walked over once in its life, however often a client asks.
 * @returns the id of the last message that is now read, 0 if there is no conversation
 */
export function createRead({
  db,
}: Engine): (userId: number, peerId: number, upToId: number) => number {
  const isThread = and(eq(threads.userId, p('userId')), eq(threads.peerId, p('peerId')))
  const place = db
    .select({ id: threads.readId, at: threads.readAt })
    .from(threads)
    .where(isThread)
    .prepare()
  const next = db
    .select({ id: messages.id, at: messages.createdAt, fromUserId: messages.fromUserId })
    .from(messages)
    .where(
      and(
        eq(messages.low, p('low')),
        eq(messages.high, p('high')),
        gt(messages.createdAt, p('since')),
      ),
    )
    .orderBy(asc(messages.createdAt))
    .limit(batchSize)
    .prepare()
  // The number goes down by what was read, and not to what is left: messages of this transaction
  // are added to it when all of them are known.
  const move = db
    .update(threads)
    .set({
      readId: sql`${p('id')}`,
      readAt: sql`${p('at')}`,
      unread: sql`${threads.unread} - ${p('read')}`,
    })
    .where(isThread)
    .prepare()

  return (userId, peerId, upToId) => {
    const before = place.get({ userId, peerId })
    if (!before) return 0
    const pair = { low: Math.min(userId, peerId), high: Math.max(userId, peerId) }
    let { id, at } = before
    let read = 0
    for (let batch = [before]; batch.length > 0; ) {
      const found = next.all({ ...pair, since: at })
      const seen = found.filter((message) => message.id <= upToId)
      for (const message of seen) {
        id = message.id
        at = message.at
        if (message.fromUserId === peerId) read++
      }
      batch = seen.length === batchSize ? seen : []
    }
    if (id > before.id) move.run({ userId, peerId, id, at, read })
    return id
  }
}
