import { AppError } from '../../errors.ts'
import type { Friend, Message, Relations } from '../store.ts'
import type { Engine } from './engine.ts'
import { messageColumns } from './messages.ts'
import { type Place, placeOf, top } from './page.ts'

/**
 * Friends in the order of their newest message, then the others by when they followed. Sorting
 * 100,000 followers for each page would be dear, so the list is two index scans one after the
 * other: conversations with followers (cursor `t<message>`), then followers without a conversation
 * (cursor `f<place>`).
 */
export function createFriends({ raw, records }: Engine): Relations['friends'] {
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

  const usersOf = (ids: number[]) =>
    new Map(records.users(ids).map((user) => [user.id, user] as const))

  const writtenPage = (userId: number, mutual: number, before: number, limit: number) => {
    const rows = written.all({ userId, mutual, before, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const users = usersOf(shown.map((row) => row.peerId))
    const items = shown.flatMap(({ peerId, ...latest }): Friend[] => {
      const user = users.get(peerId)
      return user ? [{ user, latest }] : []
    })
    return { items, next: rows.length > limit ? `t${shown.at(-1)?.id}` : null }
  }

  const silentPage = (userId: number, mutual: number, place: Place, limit: number) => {
    const rows = silent.all({ userId, mutual, ...place, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const items = records.users(shown.map((row) => row.id)).map((user) => ({ user, latest: null }))
    return {
      items,
      next: rows.length > limit && last ? `f${last.at}.${last.id}` : null,
    }
  }

  return async (userId, onlyMutual, { cursor, limit }) => {
    const mutual = onlyMutual ? 1 : 0
    if (cursor?.startsWith('f')) return silentPage(userId, mutual, placeOf(cursor.slice(1)), limit)
    const before = cursor === null ? top : Number(/^t(\d{1,16})$/.exec(cursor)?.[1])
    if (Number.isNaN(before)) throw new AppError('invalid', { field: 'cursor' })
    const first = writtenPage(userId, mutual, before, limit)
    if (first.next !== null) return first
    const left = limit - first.items.length
    if (left === 0) return { items: first.items, next: `f${top}.${top}` }
    const rest = silentPage(userId, mutual, { at: top, id: top }, left)
    return { items: [...first.items, ...rest.items], next: rest.next }
  }
}
