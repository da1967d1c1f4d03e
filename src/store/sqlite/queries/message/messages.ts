import { desc, eq, sql } from 'drizzle-orm'
import { AppError } from '../../../../errors.ts'
import { after } from '../../../../lib/awaitable.ts'
import type { Message, Messages } from '../../../message.ts'
import { written } from '../../commit/group-commit.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { messages } from '../../engine/schema.ts'
import { conversationsOf } from '../../loaders/conversations.ts'
import { messageColumns } from '../../loaders/messages.ts'
import { createPeerRanges, isInRange } from '../../loaders/peer-ranges.ts'
import { createConversations } from './conversations.ts'
import { createHistory } from './history.ts'
import { createOfUser } from './of-user.ts'
import { createPageStart } from './page-start.ts'
import { createRead } from './read.ts'
import { createReadPlaces } from './read-places.ts'
import { createSend } from './send.ts'

const p = sql.placeholder

/** The queries of port `Messages`. */
export function createMessages(engine: QueryContext): Messages {
  const { db, commit, caches, turn, now } = engine
  const history = createHistory(db, turn)
  const ofUser = createOfUser(db, turn)
  const mine = conversationsOf(db)
  const unread = db
    .select({ count: sql<number>`coalesce(sum(${mine.unread}), 0)` })
    .from(mine)
    .where(isInRange(mine.friendId))
    .prepare()
  const overRanges = createPeerRanges(db, turn)
  const newest = db
    .select({ friendId: mine.friendId, lastMessageId: mine.lastMessageId })
    .from(mine)
    .orderBy(desc(mine.lastMessageId))
    .limit(p('limit'))
    .as('newest')
  const partners = db
    .select({ partnerId: newest.friendId, ...messageColumns })
    .from(newest)
    .innerJoin(messages, eq(messages.id, newest.lastMessageId))
    .orderBy(desc(newest.lastMessageId))
    .prepare()
  const send = createSend(db)
  const read = createRead(db)
  const pageStart = createPageStart(db)
  const readPlaces = createReadPlaces(db)

  return {
    conversations: createConversations(db, turn, (ids) => caches.records.users(ids)),
    pageStart,
    readPlaces,

    async send(draft) {
      const sent = await commit(() => send({ ...draft, at: now() }))
      if (sent === null) throw new AppError('client_id_used')
      return sent
    },

    history: history.all,
    ofUser,

    receivedSince: (userId, peerId, page) =>
      after(caches.newestMessages.lastAt(userId, peerId), (lastAt) => {
        // What most polls ask is whether anything is new.
        if (lastAt <= page.since) return nothing
        return history.received(userId, peerId, page)
      }),

    newest: async (userId) => caches.newestMessages.ofUser(userId),

    async read(userId, peerId, upToId) {
      // In several commits: of a long absence there is more than should be done at a stretch.
      for (;;) {
        const { id, isMore } = await commit(() => written(read(userId, peerId, upToId)))
        if (!isMore) return id
      }
    },

    async unreadCount(userId) {
      const counts = await overRanges(
        userId,
        (range) => unread.all({ userId, ...range }),
        (found) => found,
      )
      return counts.reduce((sum, { count }) => sum + count, 0)
    },

    async partners(userId, limit) {
      const rows = partners.all({ userId, limit })
      const people = await caches.records.users(rows.map((row) => row.partnerId))
      const users = new Map(people.map((user) => [user.id, user]))
      return rows.flatMap(({ partnerId, ...latest }) => {
        const user = users.get(partnerId)
        return user ? [{ user, latest }] : []
      })
    },
  }
}

const nothing: readonly Message[] = []
