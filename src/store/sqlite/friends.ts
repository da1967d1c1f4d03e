import { AppError } from '../../errors.ts'
import type { Message } from '../message.ts'
import type { Friend, Relations } from '../relation.ts'
import type { User } from '../user.ts'
import { messageColumns } from './columns.ts'
import type { Engine } from './engine.ts'
import type { Lists } from './lists.ts'
import { type Place, placeOf, top } from './page.ts'
import { pairing } from './pairing.ts'

/**
 * Friends in the order of their newest message, then the others by when they followed. Sorting
 * 100,000 followers for each page would be dear, so the list is two index scans one after the
 * other: conversations with followers (cursor `t<message>`), then followers without a conversation
 * (cursor `f<place>`).
 */
export function createFriends({ raw, records, lists }: Engine): Relations['friends'] {
  const mutual =
    'AND ($mutual = 0 OR EXISTS (SELECT 1 FROM follows b WHERE b.user_id = $userId AND b.to_user_id = f.user_id))'
  const written = raw.prepare<
    Message & { peerId: number },
    { userId: number; mutual: number; before: number; limit: number }
  >(
    `SELECT t.peer_id AS peerId, ${messageColumns}
     FROM threads t
     JOIN follows f ON f.user_id = t.peer_id AND f.to_user_id = $userId ${mutual}
     JOIN messages ON messages.id = t.last_message_id
     WHERE t.user_id = $userId AND t.last_message_id < $before
     ORDER BY t.last_message_id DESC LIMIT $limit`,
  )
  const silent = raw.prepare<Place, Place & { userId: number; mutual: number; limit: number }>(
    `SELECT f.created_at AS at, f.user_id AS id FROM follows f
     WHERE f.to_user_id = $userId AND (f.created_at, f.user_id) < ($at, $id) ${mutual}
       AND NOT EXISTS (SELECT 1 FROM threads t WHERE t.user_id = $userId AND t.peer_id = f.user_id)
     ORDER BY f.created_at DESC, f.user_id DESC LIMIT $limit`,
  )

  /** At most `count` rows after the cursor, from one scan and then the other. */
  const rowsAfter = (userId: number, mutual: number, cursor: string | null, count: number) => {
    if (cursor?.startsWith('f')) return silentRows(userId, mutual, placeOf(cursor.slice(1)), count)
    const before = cursor === null ? top : Number(/^t(\d{1,16})$/.exec(cursor)?.[1])
    if (Number.isNaN(before)) throw new AppError('invalid', { field: 'cursor' })
    const rows = written
      .all({ userId, mutual, before, limit: count })
      .map(({ peerId, ...latest }): Row => ({ id: peerId, latest, next: `t${latest.id}` }))
    const left = count - rows.length
    return left === 0 ? rows : [...rows, ...silentRows(userId, mutual, start, left)]
  }

  const silentRows = (userId: number, mutual: number, place: Place, limit: number): Row[] =>
    silent
      .all({ userId, mutual, ...place, limit })
      .map(({ at, id }) => ({ id, latest: null, next: `f${at}.${id}` }))

  const friendOf = pairing(({ latest }: Row, user: User): Friend => ({ user, latest }))

  return (userId, onlyMutual, { cursor, limit }) => {
    const query = () => rowsAfter(userId, onlyMutual ? 1 : 0, cursor, limit + 1)
    const kind = onlyMutual ? 'mutuals' : 'friends'
    const show = (rows: readonly Row[]) => {
      const shown = rows.slice(0, limit)
      const found = records.users(shown.map((row) => row.id))
      const users = new Map(found.map((user) => [user.id, user]))
      const items = shown.flatMap((row) => {
        const user = users.get(row.id)
        return user ? friendOf(row, user) : []
      })
      return { items, next: rows.length > limit ? (shown.at(-1)?.next ?? null) : null }
    }
    return cursor === null ? lists.first(kind, userId, limit, query, show) : show(query())
  }
}

/** To be called in the write that changes who is whose friend, or what was last said. */
export function dropFriends(lists: Lists, ...userIds: readonly number[]): void {
  for (const userId of userIds) {
    lists.drop('friends', userId)
    lists.drop('mutuals', userId)
  }
}

/** A friend's id, what was last said, and the cursor behind this row. */
type Row = { readonly id: number; readonly latest: Message | null; readonly next: string }

const start: Place = { at: top, id: top }
