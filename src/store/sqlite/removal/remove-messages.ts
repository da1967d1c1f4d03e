import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { Handle } from '../engine/handle.ts'
import { conversations, messages } from '../engine/schema.ts'
import { isOfPair } from '../loaders/conversations.ts'

const p = sql.placeholder
const { low, high } = conversations

/**
 * Removes at most `limit` messages of a user, both sides, one conversation after the other. The
 * oldest go first and the unread ones among them are counted off, so that what is left of a
 * conversation is a conversation; its row goes with the last message.
 * @returns how many rows were removed, 0 if there are none left
 */
export function createMessageRemoval(db: Handle): (userId: number, limit: number) => number {
  const find = (own: typeof low | typeof high) =>
    db
      .select({
        ...{ low, high },
        lowReadId: conversations.lowReadId,
        highReadId: conversations.highReadId,
      })
      .from(conversations)
      .where(eq(own, p('userId')))
      .limit(1)
      .prepare()
  const findAsLow = find(low)
  const findAsHigh = find(high)
  const oldest = db
    .select({ id: messages.id })
    .from(messages)
    .where(isOfPair(messages))
    .orderBy(asc(messages.id))
    .limit(p('limit'))
  const remove = db
    .delete(messages)
    .where(inArray(messages.id, oldest))
    .returning({ toUserId: messages.toUserId, id: messages.id })
    .prepare()
  const isConversation = isOfPair(conversations)
  const countOff = db
    .update(conversations)
    .set({
      lowUnread: sql`${conversations.lowUnread} - ${p('lowUnread')}`,
      highUnread: sql`${conversations.highUnread} - ${p('highUnread')}`,
    })
    .where(isConversation)
    .prepare()
  const close = db.delete(conversations).where(isConversation).prepare()

  return (userId, limit) => {
    const found = findAsLow.get({ userId }) ?? findAsHigh.get({ userId })
    if (!found) return 0
    const { lowReadId, highReadId, ...pair } = found
    const removed = remove.all({ ...pair, limit })
    if (removed.length < limit) {
      close.run(pair)
      return removed.length + 1
    }
    const unreadBy = (userId: number, readId: number) =>
      removed.filter(({ toUserId, id }) => toUserId === userId && id > readId).length
    countOff.run({
      ...pair,
      lowUnread: unreadBy(pair.low, lowReadId),
      highUnread: unreadBy(pair.high, highReadId),
    })
    return removed.length
  }
}
