import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/sqlite-core'
import { AppError } from '../../../../errors.ts'
import { after } from '../../../../lib/awaitable.ts'
import type { Message, Messages } from '../../../message.ts'
import { written } from '../../commit/group-commit.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { messages } from '../../engine/schema.ts'
import { conversationsOf, isOfPair, lowHigh } from '../../loaders/conversations.ts'
import { messageColumns } from '../../loaders/messages.ts'
import { createRead } from './read.ts'
import { createSend } from './send.ts'

const p = sql.placeholder
const isBetween = isOfPair(messages)

/** The queries of port `Messages`. */
export function createMessages(engine: QueryContext): Messages {
  const { db, commit, caches, now } = engine
  const since = gt(messages.createdAt, p('since'))
  const history = db
    .select(messageColumns)
    .from(messages)
    .where(and(isBetween, since))
    .orderBy(asc(messages.createdAt))
    .limit(p('limit'))
    .prepare()
  const received = db
    .select(messageColumns)
    .from(messages)
    .where(and(isBetween, since, eq(messages.fromUserId, p('fromUserId'))))
    .orderBy(asc(messages.createdAt))
    .limit(p('limit'))
    .prepare()
  // In a subquery, because SQLite takes no ORDER BY in the parts of a UNION.
  const oneSide = (column: typeof messages.fromUserId | typeof messages.toUserId) => {
    const side = db
      .select({ id: messages.id })
      .from(messages)
      .where(and(eq(column, p('userId')), gt(messages.id, p('afterId'))))
      .orderBy(asc(messages.id))
      .limit(p('limit'))
      .as('side')
    return db.select({ id: side.id }).from(side)
  }
  const ofUser = db
    .select(messageColumns)
    .from(messages)
    .where(inArray(messages.id, unionAll(oneSide(messages.fromUserId), oneSide(messages.toUserId))))
    .orderBy(asc(messages.id))
    .limit(p('limit'))
    .prepare()
  const mine = conversationsOf(db)
  const unread = db
    .select({ peerId: mine.friendId, unread: mine.unread })
    .from(mine)
    .where(gt(mine.unread, 0))
    .prepare()
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

  return {
    async send(draft) {
      const sent = await commit(() => send({ ...draft, at: now() }))
      if (sent === null) throw new AppError('client_id_used')
      return sent
    },

    history: (userId, peerId, page) => history.all({ ...lowHigh(userId, peerId), ...page }),

    receivedSince: (userId, peerId, page) =>
      after(caches.newestMessages.lastAt(userId, peerId), (lastAt) => {
        // What most polls ask is whether anything is new.
        if (lastAt <= page.since) return nothing
        return received.all({ ...lowHigh(userId, peerId), fromUserId: peerId, ...page })
      }),

    async ofUser(userId, page) {
      return ofUser.all({ userId, ...page })
    },

    newest: async (userId) => caches.newestMessages.ofUser(userId),

    async read(userId, peerId, upToId) {
      // In several commits: of a long absence there is more than should be done at a stretch.
      for (;;) {
        const { id, isMore } = await commit(() => written(read(userId, peerId, upToId)))
        if (!isMore) return id
      }
    },

    async unread(userId) {
      return new Map(unread.all({ userId }).map((row) => [row.peerId, row.unread]))
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
