import type { Engine } from './engine.ts'

type Pair = { low: number; high: number }
type Side = { userId: number; peerId: number }

/**
 * The messages of a user, both sides, one conversation after the other. The oldest go first and the
 * unread ones among them are counted off, so that what is left of a conversation is a conversation;
 * its summaries go with the last message.
 */
export function createCorrespondence({ raw }: Engine): (userId: number, most: number) => number {
  const conversation = raw.prepare<{ peerId: number }, [number]>(
    'SELECT peer_id AS peerId FROM threads WHERE user_id = ? LIMIT 1',
  )
  const remove = raw.prepare<{ toUserId: number; at: number }, Pair & { most: number }>(
    `DELETE FROM messages WHERE id IN (
       SELECT id FROM messages WHERE low = $low AND high = $high ORDER BY created_at LIMIT $most)
     RETURNING to_user_id AS toUserId, created_at AS at`,
  )
  const read = raw.prepare<{ at: number }, Side>(
    'SELECT read_at AS at FROM threads WHERE user_id = $userId AND peer_id = $peerId',
  )
  const countOff = raw.prepare<null, Side & { count: number }>(
    'UPDATE threads SET unread = unread - $count WHERE user_id = $userId AND peer_id = $peerId',
  )
  const close = raw.prepare<null, Pair>(
    `DELETE FROM threads WHERE (user_id = $low AND peer_id = $high)
       OR (user_id = $high AND peer_id = $low)`,
  )
  return (userId, most) => {
    const found = conversation.get(userId)
    if (!found) return 0
    const { peerId } = found
    const pair = { low: Math.min(userId, peerId), high: Math.max(userId, peerId) }
    const messages = remove.all({ ...pair, most })
    if (messages.length < most) {
      close.run(pair)
      return messages.length + 1
    }
    for (const side of [
      { userId, peerId },
      { userId: peerId, peerId: userId },
    ]) {
      const readAt = read.get(side)?.at ?? 0
      const unread = messages.filter(({ toUserId, at }) => toUserId === side.userId && at > readAt)
      countOff.run({ ...side, count: unread.length })
    }
    return messages.length
  }
}
