import type { Turn } from '../../../../lib/turns/turns.ts'
import type { Message } from '../../../message.ts'
import type { Handle } from '../../engine/handle.ts'
import { createPeerRanges, type PeerRange } from '../../loaders/peer-ranges.ts'

type Page = { afterId: number; limit: number }

/**
 * Makes the function that reads what a user sent or received after a message, oldest first, by way of
 * the user's conversations: an index of all messages by user would cost each of them two pages. The
 * conversations that go on first have all that is asked for, and each of them at most `limit` of it.
 * Raw SQL: drizzle can't refer to one subquery of FROM from within another.
 */
export function createOfUser(
  db: Handle,
  turn: Turn,
): (userId: number, page: Page) => Promise<readonly Message[]> {
  const ofPair = (pair: string) => `low = ${pair}.low AND high = ${pair}.high AND id > $afterId`
  const mine = (side: 'low' | 'high', other: 'low' | 'high') =>
    `SELECT low, high FROM conversations WHERE ${side} = $userId
     AND ${other} > $afterPeerId AND ${other} <= $upToPeerId AND last_message_id > $afterId`
  const query = db.read<Message, Page & PeerRange & { userId: number }>(
    `WITH mine AS (${mine('low', 'high')} UNION ALL ${mine('high', 'low')}),
       soonest AS MATERIALIZED (SELECT low, high FROM mine
         ORDER BY (SELECT min(id) FROM messages WHERE ${ofPair('mine')}) LIMIT $limit)
     SELECT id, from_user_id AS fromUserId, to_user_id AS toUserId, content, created_at AS createdAt
     FROM soonest CROSS JOIN messages m ON m.id IN
       (SELECT id FROM messages WHERE ${ofPair('soonest')} ORDER BY id LIMIT $limit)
     ORDER BY id LIMIT $limit`,
  )
  const overRanges = createPeerRanges(db, turn)
  return (userId, page) =>
    overRanges(
      userId,
      (range) => query.all({ userId, ...page, ...range }),
      (found) => found.toSorted((a, b) => a.id - b.id).slice(0, page.limit),
    )
}
