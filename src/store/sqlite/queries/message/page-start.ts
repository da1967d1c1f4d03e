import { and, desc, lte, sql } from 'drizzle-orm'
import type { Messages } from '../../../message.ts'
import type { Handle } from '../../engine/handle.ts'
import { messages } from '../../engine/schema.ts'
import { isOfPair, lowHigh } from '../../loaders/conversations.ts'
import { top } from '../../loaders/cursor.ts'
import { createLastUntil } from './last-until.ts'

const p = sql.placeholder

/** Finds where a page of a conversation begins that ends before a message. */
export function createPageStart(db: Handle): Messages['pageStart'] {
  const lastUntil = createLastUntil(db)
  const page = db
    .select({ id: messages.id, at: messages.createdAt })
    .from(messages)
    .where(and(isOfPair(messages), lte(messages.id, p('lastId'))))
    .orderBy(desc(messages.id))
    .limit(p('limit'))
    .prepare()

  return async (userId, peerId, { beforeId, beforeTime, limit }) => {
    const pair = lowHigh(userId, peerId)
    const lastOf = (time: number) => {
      const [newest] = page.all({ ...pair, lastId: top, limit: 1 })
      return newest ? lastUntil(pair, time, newest.id) : 0
    }
    const last = beforeTime === null ? (beforeId ?? top) - 1 : lastOf(beforeTime - 1)
    const found = page.all({ ...pair, lastId: last, limit })
    return { since: (found.at(-1)?.at ?? 1) - 1, count: found.length }
  }
}
