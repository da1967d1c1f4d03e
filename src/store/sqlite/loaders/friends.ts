import { and, desc, eq, exists, lt, notExists, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Turn } from '../../../lib/turns/turns.ts'
import type { FriendRow } from '../../cache/loaders.ts'
import type { Message } from '../../message.ts'
import type { Handle } from '../engine/handle.ts'
import { conversations, follows, messages } from '../engine/schema.ts'
import { conversationsOf, isWith } from './conversations.ts'
import { idOf, isBehind, type Place, placeOf, top } from './cursor.ts'
import { messageColumns } from './messages.ts'
import { createPeerRanges, isInRange } from './peer-ranges.ts'

const p = sql.placeholder
const back = alias(follows, 'back')

/** Followers that are gone through in a turn; 1 ms. */
const sliceSize = 4_000

/**
 * Everybody whom one has a conversation with, the last written first, then the other followers by
 * when they followed. Sorting 100,000 followers for each page would take too long, so the list is one
 * query after the other: conversations (cursor `t<message>`), then followers without a conversation
 * (cursor `f<place>`), which an index has in order.
 */
export function createFriendLoader(
  db: Handle,
  turn: Turn,
): (
  userId: number,
  mutual: boolean,
  cursor: string | null,
  limit: number,
) => Promise<readonly FriendRow[]> {
  const { written, silent, lastOfSlice } = friendQueries(db)
  const overRanges = createPeerRanges(db, turn)

  /** Followers may be many of whom none is shown, so they are gone through in turns. */
  const silentRows = async (userId: number, mutual: boolean, start: Place, limit: number) => {
    const found: FriendRow[] = []
    for (let place = start; ; ) {
      const end = lastOfSlice.get({ userId, ...place })
      const { at: endAt, id: endId } = end ?? { at: 0, id: 0 }
      const slice = { userId, mutual: mutual ? 1 : 0, ...place, endAt, endId }
      for (const { at, id } of silent.all({ ...slice, limit: limit - found.length }))
        found.push({ id, latest: null, cursor: `f${at}.${id}` })
      if (!end || found.length === limit) return found
      place = end
      await turn(userId)
    }
  }

  return async (userId, mutual, cursor, limit) => {
    if (cursor?.startsWith('f')) return silentRows(userId, mutual, placeOf(cursor), limit)

    const before = idOf(cursor, top)
    const latest = await overRanges<Message & { friendId: number }>(
      userId,
      (range) => written.all({ userId, before, limit, ...range }),
      (found) => found.toSorted((a, b) => b.id - a.id).slice(0, limit),
    )
    const rows = latest.map(
      ({ friendId, ...message }): FriendRow => ({
        id: friendId,
        latest: message,
        cursor: `t${message.id}`,
      }),
    )
    const left = limit - rows.length
    if (left === 0) return rows
    return [...rows, ...(await silentRows(userId, mutual, { at: top, id: top }, left))]
  }
}

function friendQueries(db: Handle) {
  const mine = conversationsOf(db)
  // Messages are looked up for those that are shown, not for all that are sorted.
  const newest = db
    .select({ friendId: mine.friendId, lastMessageId: mine.lastMessageId })
    .from(mine)
    .where(and(lt(mine.lastMessageId, p('before')), isInRange(mine.friendId)))
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
        sql`(${follows.createdAt}, ${follows.userId}) >= (${p('endAt')}, ${p('endId')})`,
        isShown,
        notExists(conversation),
      ),
    )
    .orderBy(desc(follows.createdAt), desc(follows.userId))
    .limit(p('limit'))
    .prepare()
  const lastOfSlice = db
    .select({ at: follows.createdAt, id: follows.userId })
    .from(follows)
    .where(and(eq(follows.toUserId, p('userId')), isBehind(follows.createdAt, follows.userId)))
    .orderBy(desc(follows.createdAt), desc(follows.userId))
    .limit(1)
    .offset(sliceSize - 1)
    .prepare()
  return { written, silent, lastOfSlice }
}
