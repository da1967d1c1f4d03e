import { and, asc, gt, lte, sql } from 'drizzle-orm'
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
  const isNewlyRead = and(gt(messages.id, p('afterId')), lte(messages.id, p('upToId')))
  const newlyRead = db
    .select({ id: messages.id, fromUserId: messages.fromUserId })
    .from(messages)
    .where(and(isOfPair(messages), isNewlyRead))
    .orderBy(asc(messages.id))
    .limit(batchSize)
    .prepare()

  return (userId, peerId, upToId) => {
    const { place, move } = sides[userId < peerId ? 'low' : 'high']
    const pair = lowHigh(userId, peerId)
    const before = place.get(pair)
    if (!before) return { id: 0, isMore: false }
    const batch = newlyRead.all({ ...pair, afterId: before.id, upToId })
    const id = batch.at(-1)?.id ?? before.id
    const read = batch.filter(({ fromUserId }) => fromUserId === peerId).length
    if (id > before.id) move.run({ ...pair, id, read })
    return { id, isMore: batch.length === batchSize }
  }
}

/** How far one of the two people of a conversation has read, and how that is moved on. */
function createSide(db: Handle, side: 'low' | 'high') {
  const { lowReadId, lowUnread, highReadId, highUnread } = conversations
  const isLow = side === 'low'
  const place = db
    .select({ id: isLow ? lowReadId : highReadId })
    .from(conversations)
    .where(isConversation)
    .prepare()
  // The number goes down by what was read, and not to what is left: messages of this transaction
  // are added to it when all of them are known.
  const move = db
    .update(conversations)
    .set({
      [`${side}ReadId`]: sql`${p('id')}`,
      [`${side}Unread`]: sql`${isLow ? lowUnread : highUnread} - ${p('read')}`,
    })
    .where(isConversation)
    .prepare()
  return { place, move }
}
