import { and, asc, desc, gt, sql } from 'drizzle-orm'
import type { Message } from '../../../message.ts'
import type { Handle } from '../../engine/handle.ts'
import { messages } from '../../engine/schema.ts'
import { isOfPair, type Pair } from '../../loaders/conversations.ts'
import { messageColumns } from '../../loaders/messages.ts'
import { createLastUntil } from './last-until.ts'

const p = sql.placeholder

/** What a poll asks for is nearly always among so many of the newest, which are looked at first. */
const newestCount = 8

/**
 * Makes the function that reads a conversation from a moment on, oldest first; of one of the two
 * alone, if `fromUserId` isn't 0.
 */
export function createHistory(
  db: Handle,
): (pair: Pair, page: { since: number; limit: number }, fromUserId: number) => readonly Message[] {
  const lastUntil = createLastUntil(db)
  const isBetween = isOfPair(messages)
  const isAfter = and(isBetween, gt(messages.id, p('afterId')))
  const newest = db
    .select(messageColumns)
    .from(messages)
    .where(isBetween)
    .orderBy(desc(messages.id))
    .limit(newestCount)
    .prepare()
  const following = db
    .select(messageColumns)
    .from(messages)
    .where(and(isAfter, sql`${p('fromUserId')} in (0, ${messages.fromUserId})`))
    .orderBy(asc(messages.id))
    .limit(p('limit'))
    .prepare()

  return (pair, { since, limit }, fromUserId) => {
    const latest = since === 0 ? [] : newest.all(pair)
    const [end, start] = [latest[0], latest.at(-1)]
    if (since > 0 && (latest.length < newestCount || (start && start.createdAt <= since))) {
      const isAsked = ({ createdAt, fromUserId: from }: Message) =>
        createdAt > since && (fromUserId === 0 || from === fromUserId)
      return latest.filter(isAsked).reverse().slice(0, limit)
    }
    const afterId = end ? lastUntil(pair, since, end.id) : 0
    return following.all({ ...pair, afterId, fromUserId, limit })
  }
}
