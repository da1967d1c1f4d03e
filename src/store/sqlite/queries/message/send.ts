import { AppError } from '../../../../errors.ts'
import type { Message, Messages, Sent } from '../../../message.ts'
import { type Written, written } from '../../commit/group-commit.ts'
import type { Handle } from '../../engine/handle.ts'

/** A message to be stored, and the earliest time that it may have. */
type Draft = Parameters<Messages['send']>[0] & { readonly at: number }

/**
 * The newest time of a conversation, how many of its two people there are to go on with it, and
 * whether the sender's session has ended, and whether the receiver has blocked the sender.
 */
type Place = { lastAt: number; people: number; isOut: 0 | 1; isBlocked: 0 | 1 }

/**
 * Stores a message, within a commit. Raw SQL: drizzle can't name the partial index of `client_id`
 * in ON CONFLICT together with its bound values, and would add 0.1 to 0.4 µs to each statement.
 * Its result is null if the `clientId` stands for another message: thrown, that would send all others
 * of the transaction through it once more.
 * @throws AppError user_not_found, also if one of the two is being removed; unauthorized; blocked
 */
export function createSend(db: Handle): (draft: Draft) => Written<Sent | null> {
  const placeOf = db.read<Place, { from: number; to: number; session: string | null }>(
    `SELECT
       coalesce((SELECT created_at FROM messages
         WHERE low = min($from, $to) AND high = max($from, $to) ORDER BY id DESC LIMIT 1), 0) AS lastAt,
       (SELECT count(*) FROM users WHERE id IN ($from, $to) AND removing_at IS NULL) AS people,
       $session IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE token_hash = $session)
         AS isOut,
       EXISTS (SELECT 1 FROM blocks WHERE user_id = $to AND blocked_id = $from) AS isBlocked`,
  )
  const insert = db.write<[number, number, string, number, string | null]>(
    `INSERT INTO messages (from_user_id, to_user_id, content, created_at, client_id)
     VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (from_user_id, client_id) WHERE client_id IS NOT NULL DO NOTHING`,
  )
  const stored = db.read<Message, [number, string | null]>(
    `SELECT id, from_user_id AS fromUserId, to_user_id AS toUserId, content,
       created_at AS createdAt FROM messages WHERE from_user_id = ? AND client_id = ?`,
  )
  return ({ fromUserId, toUserId, content, clientId, session = null, at }) => {
    const place = placeOf.get({ from: fromUserId, to: toUserId, session }) as Place
    const { lastAt, people, isOut, isBlocked } = place
    // In the same transaction: once a session has ended nothing of it is acknowledged.
    if (isOut) throw new AppError('unauthorized')
    // Else whoever goes on writing would keep a removal from ending.
    if (people < 2) throw new AppError('user_not_found')
    // What was stored before that is acknowledged to whoever asks once more.
    const isRepeated = () => clientId !== null && stored.get(fromUserId, clientId) !== null
    if (isBlocked && !isRepeated()) throw new AppError('blocked')
    const createdAt = Math.max(at, lastAt + 1)
    const { changes, lastInsertRowid } = insert.run(
      fromUserId,
      toUserId,
      content,
      createdAt,
      clientId,
    )
    if (changes === 0) {
      const message = stored.get(fromUserId, clientId) as Message
      const isSame = message.toUserId === toUserId && message.content === content
      return written(isSame ? { message, repeated: true } : null)
    }
    const message = { id: Number(lastInsertRowid), fromUserId, toUserId, content, createdAt }
    const previous = { ofSender: unknown, ofReceiver: unknown }
    return written({ message, repeated: false, previous }, { type: 'message', message, previous })
  }
}

/** The newest messages of the two before this one: the caches tell them after COMMIT. */
const unknown = Number.MAX_SAFE_INTEGER
