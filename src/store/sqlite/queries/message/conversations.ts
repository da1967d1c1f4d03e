import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Turn } from '../../../../lib/turns/turns.ts'
import type { Conversation, Message } from '../../../message.ts'
import type { Page, PageRequest } from '../../../page.ts'
import type { User } from '../../../user.ts'
import type { Handle } from '../../engine/handle.ts'
import { messages } from '../../engine/schema.ts'
import { conversationsOf } from '../../loaders/conversations.ts'
import { idOf, top } from '../../loaders/cursor.ts'
import { messageColumns } from '../../loaders/messages.ts'
import { createPeerRanges, isInRange } from '../../loaders/peer-ranges.ts'

const p = sql.placeholder

/** Reads a page of a user's conversations; its cursor is the id of the last one's newest message. */
export function createConversations(
  db: Handle,
  turn: Turn,
  usersOf: (ids: readonly number[]) => PromiseLike<readonly User[]> | readonly User[],
): (userId: number, page: PageRequest) => Promise<Page<Conversation>> {
  const mine = conversationsOf(db)
  // Messages are looked up for those that are shown, not for all that are sorted.
  const newest = db
    .select()
    .from(mine)
    .where(and(lt(mine.lastMessageId, p('before')), isInRange(mine.friendId)))
    .orderBy(desc(mine.lastMessageId))
    .limit(p('limit'))
    .as('newest')
  const query = db
    .select({
      peerId: newest.friendId,
      unread: newest.unread,
      ownReadId: newest.ownReadId,
      peerReadId: newest.friendReadId,
      latest: messageColumns,
    })
    .from(newest)
    .innerJoin(messages, eq(messages.id, newest.lastMessageId))
    .orderBy(desc(newest.lastMessageId))
    .prepare()
  const overRanges = createPeerRanges(db, turn)

  return async (userId, { cursor, limit }) => {
    // One more than is shown, so that the last page knows that it is the last.
    const page = { before: idOf(cursor, top), limit: limit + 1 }
    const rows = await overRanges(
      userId,
      (range) => query.all({ userId, ...page, ...range }),
      (found) => found.toSorted((a, b) => b.latest.id - a.latest.id).slice(0, page.limit),
    )
    const shown = rows.slice(0, limit)
    const people = await usersOf(shown.map(({ peerId }) => peerId))
    const users = new Map(people.map((user) => [user.id, user]))
    const items = shown.flatMap(({ peerId, ...rest }) => {
      const user = users.get(peerId)
      return user ? [{ user, ...rest, latest: rest.latest as Message }] : []
    })
    const last = shown.at(-1)
    return { items, next: rows.length > limit && last ? String(last.latest.id) : null }
  }
}
