import type { Message } from '../../../message.ts'
import type { Handle } from '../../engine/handle.ts'

/**
 * Makes the function that reads what a user sent or received after a message, oldest first, by way of
 * the user's conversations: an index of all messages by user would cost each of them two pages. The
 * conversations that go on first have all that is asked for, and each of them at most `limit` of it.
 * Raw SQL: drizzle can't refer to one subquery of FROM from within another.
 */
export function createOfUser(
  db: Handle,
): (userId: number, page: { afterId: number; limit: number }) => Message[] {
  const ofPair = (pair: string) => `low = ${pair}.low AND high = ${pair}.high AND id > $afterId`
  const mine = (side: 'low' | 'high') =>
    `SELECT low, high FROM conversations WHERE ${side} = $userId AND last_message_id > $afterId`
  const query = db.read<Message, { userId: number; afterId: number; limit: number }>(
    `WITH mine AS (${mine('low')} UNION ALL ${mine('high')}),
       soonest AS MATERIALIZED (SELECT low, high FROM mine
         ORDER BY (SELECT min(id) FROM messages WHERE ${ofPair('mine')}) LIMIT $limit)
     SELECT id, from_user_id AS fromUserId, to_user_id AS toUserId, content, created_at AS createdAt
     FROM soonest CROSS JOIN messages m ON m.id IN
       (SELECT id FROM messages WHERE ${ofPair('soonest')} ORDER BY id LIMIT $limit)
     ORDER BY id LIMIT $limit`,
  )
  return (userId, page) => query.all({ userId, ...page })
}
