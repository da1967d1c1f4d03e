import { and, eq, type SQL, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/sqlite-core'
import type { Handle } from '../engine/handle.ts'
import { conversations, type messages } from '../engine/schema.ts'

const { low, high } = conversations

/** The two people of a conversation in the order of their ids, by which its rows are found. */
export type Pair = { readonly low: number; readonly high: number }

/** Puts two people in that order. */
export const lowHigh = (a: number, b: number): Pair => ({
  low: Math.min(a, b),
  high: Math.max(a, b),
})

/** The condition that a row is of the two people bound as `low` and `high`. */
export const isOfPair = (table: typeof conversations | typeof messages): SQL | undefined =>
  and(eq(table.low, sql.placeholder('low')), eq(table.high, sql.placeholder('high')))

/**
 * The conversations of the user who is bound as `userId`, as that user sees them; for use within a
 * query. Whoever wants them in the order of their last message sorts them: 10,000 take 2 ms, and an
 * index in that order would cost every message two pages more.
 */
export const conversationsOf = (db: Handle) =>
  unionAll(
    oneSide(db, low, {
      ...{ friendId: high, unread: conversations.lowUnread },
      ...{ ownReadId: conversations.lowReadId, friendReadId: conversations.highReadId },
    }),
    oneSide(db, high, {
      ...{ friendId: low, unread: conversations.highUnread },
      ...{ ownReadId: conversations.highReadId, friendReadId: conversations.lowReadId },
    }),
  ).as('mine')

type Column = typeof low | typeof high | typeof conversations.lowUnread

const oneSide = (
  db: Handle,
  own: Column,
  { friendId, unread, ownReadId, friendReadId }: Record<string, Column | undefined>,
) =>
  db
    .select({
      friendId: sql<number>`${friendId}`.as('friend_id'),
      lastMessageId: conversations.lastMessageId,
      unread: sql<number>`${unread}`.as('unread'),
      ownReadId: sql<number>`${ownReadId}`.as('own_read_id'),
      friendReadId: sql<number>`${friendReadId}`.as('friend_read_id'),
    })
    .from(conversations)
    .where(eq(own, sql.placeholder('userId')))

/** The condition that a conversation is that of the bound user and another one. */
export const isWith = (other: SQL | typeof low): SQL =>
  sql`${low} = min(${sql.placeholder('userId')}, ${other}) and ${high} = max(${sql.placeholder('userId')}, ${other})`
