import { and, asc, gt, sql } from 'drizzle-orm'
import type { Handle } from '../../engine/handle.ts'
import { conversations, messages } from '../../engine/schema.ts'
import { isOfPair, lowHigh } from '../../loaders/conversations.ts'

const p = sql.placeholder
const isConversation = isOfPair(conversations)

/** Messages that are looked at in one commit. */
const batchSize = 256

/**
 * Marks what the other one wrote as read up to a message, some of it within a commit. Walks from what
 * was read before: a message is walked over once in its life, however often a client asks.
 * @returns the id of the last message that is now read, 0 if there is no conversation; and whether
 *   there may be more to mark
 */
export function createRead(
  db: Handle,
): (userId: number, peerId: number, upToId: number) => { id: number; isMore: boolean } {
  const sides = { low: createSide(db, 'low'), high: createSide(db, 'high') }
  const next = db
    .select({ id: messages.id, at: messages.createdAt, fromUserId: messages.fromUserId })
    .from(messages)
    .where(and(isOfPair(messages), gt(messages.createdAt, p('since'))))
    .orderBy(asc(messages.createdAt))
    .limit(batchSize)
    .prepare()

  return (userId, peerId, upToId) => {
    const { place, move } = sides[userId < peerId ? 'low' : 'high']
    const pair = lowHigh(userId, peerId)
    const before = place.get(pair)
    if (!before) return { id: 0, isMore: false }
    let { id, at } = before
    let read = 0
    const batch = next.all({ ...pair, since: at }).filter((message) => message.id <= upToId)
    for (const message of batch) {
      id = message.id
      at = message.at
      if (message.fromUserId === peerId) read++
    }
    if (id > before.id) move.run({ ...pair, id, at, read })
    return { id, isMore: batch.length === batchSize }
  }
}

/** How far one of the two people of a conversation has read, and how that is moved on. */
function createSide(db: Handle, side: 'low' | 'high') {
  const { lowReadId, lowReadAt, lowUnread, highReadId, highReadAt, highUnread } = conversations
  const isLow = side === 'low'
  const place = db
    .select({ id: isLow ? lowReadId : highReadId, at: isLow ? lowReadAt : highReadAt })
    .from(conversations)
    .where(isConversation)
    .prepare()
  // The number goes down by what was read, and not to what is left: messages of this transaction
  // are added to it when all of them are known.
  const move = db
    .update(conversations)
    .set({
      [`${side}ReadId`]: sql`${p('id')}`,
      [`${side}ReadAt`]: sql`${p('at')}`,
      [`${side}Unread`]: sql`${isLow ? lowUnread : highUnread} - ${p('read')}`,
    })
    .where(isConversation)
    .prepare()
  return { place, move }
}
