import { and, desc, eq, exists, lt, notExists, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { AppError } from '../../../errors.ts'
import type { FriendRow } from '../../cache/loaders.ts'
import type { Message } from '../../message.ts'
import type { Handle } from '../engine/handle.ts'
import { conversations, follows, messages } from '../engine/schema.ts'
import { conversationsOf, isWith } from './conversations.ts'
import { isBehind, type Place, placeOf, top } from './cursor.ts'
import { messageColumns } from './messages.ts'

const p = sql.placeholder
const back = alias(follows, 'back')

/**
 * Everybody whom one has a conversation with, the last written first, then the other followers by
 * when they followed. Sorting 100,000 followers for each page would take too long, so the list is one
 * query after the other: conversations (cursor `t<message>`), then followers without a conversation
 * (cursor `f<place>`), which an index has in order.
 */
export function createFriendLoader(
  db: Handle,
): (userId: number, mutual: boolean, cursor: string | null, limit: number) => FriendRow[] {
  const { written, silent } = friendQueries(db)

  return (userId, mutual, cursor, limit) => {
    const who = { userId, mutual: mutual ? 1 : 0 }
    const silentRows = (place: Place, count: number): FriendRow[] =>
      silent
        .all({ ...who, ...place, limit: count })
        .map(({ at, id }) => ({ id, latest: null, cursor: `f${at}.${id}` }))
    if (cursor?.startsWith('f')) return silentRows(placeOf(cursor.slice(1)), limit)

    const before = cursor === null ? top : Number(/^t(\d{1,16})$/.exec(cursor)?.[1])
    if (Number.isNaN(before)) throw new AppError('invalid', { field: 'cursor' })
    const rows = written.all({ userId, before, limit }).map(
      ({ friendId, ...latest }: Message & { friendId: number }): FriendRow => ({
        id: friendId,
        latest,
        cursor: `t${latest.id}`,
      }),
    )
    const left = limit - rows.length
    return left === 0 ? rows : [...rows, ...silentRows({ at: top, id: top }, left)]
  }
}

function friendQueries(db: Handle) {
  const mine = conversationsOf(db)
  // Messages are looked up for those that are shown, not for all that are sorted.
  const newest = db
    .select({ friendId: mine.friendId, lastMessageId: mine.lastMessageId })
    .from(mine)
    .where(lt(mine.lastMessageId, p('before')))
    .orderBy(desc(mine.lastMessageId))
    .limit(p('limit'))
    .as('newest')
  const written = db
    .select({ friendId: newest.friendId, ...messageColumns })
    .from(newest)
    .innerJoin(messages, eq(messages.id, newest.lastMessageId))
    .orderBy(desc(newest.lastMessageId))
    .prepare()
  const conversation = db
    .select({ one: sql`1` })
    .from(conversations)
    .where(isWith(sql`${follows.userId}`))
  const followedBack = db
    .select({ one: sql`1` })
    .from(back)
    .where(and(eq(back.userId, p('userId')), eq(back.toUserId, follows.userId)))
  const isShown = or(sql`${p('mutual')} = 0`, exists(followedBack))
  const silent = db
    .select({ at: follows.createdAt, id: follows.userId })
    .from(follows)
    .where(
      and(
        eq(follows.toUserId, p('userId')),
        isBehind(follows.createdAt, follows.userId),
        isShown,
        notExists(conversation),
      ),
    )
    .orderBy(desc(follows.createdAt), desc(follows.userId))
    .limit(p('limit'))
    .prepare()
  return { written, silent }
}
