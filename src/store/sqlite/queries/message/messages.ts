import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/sqlite-core'
import { after } from '../../../../lib/awaitable.ts'
import type { Message, Messages } from '../../../message.ts'
import { written } from '../../commit/group-commit.ts'
import type { Engine } from '../../engine/engine.ts'
import { messages, threads } from '../../engine/schema.ts'
import { messageColumns } from '../../loaders/messages.ts'
import { createRead } from './read.ts'
import { createSend } from './send.ts'

const p = sql.placeholder
const isBetween = and(eq(messages.low, p('low')), eq(messages.high, p('high')))

/** The queries of port `Messages`. */
export function createMessages(engine: Engine): Messages {
  const { db, commit, caches } = engine
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
  const unread = db
    .select({ peerId: threads.peerId, unread: threads.unread })
    .from(threads)
    .where(and(eq(threads.userId, p('userId')), gt(threads.unread, 0)))
    .prepare()
  const partners = db
    .select({ partnerId: threads.peerId, ...messageColumns })
    .from(threads)
    .innerJoin(messages, eq(messages.id, threads.lastMessageId))
    .where(eq(threads.userId, p('userId')))
    .orderBy(desc(threads.lastMessageId))
    .limit(p('limit'))
    .prepare()
  const send = createSend(engine)
  const read = createRead(engine)

  return {
    send: (draft) => commit(() => send(draft)),

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

    read: (userId, peerId, upToId) => commit(() => written(read(userId, peerId, upToId))),

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

/** The two people of a conversation, as its rows are found by them. */
const lowHigh = (a: number, b: number) => ({ low: Math.min(a, b), high: Math.max(a, b) })
