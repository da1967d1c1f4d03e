import { and, asc, gt, sql } from 'drizzle-orm'
import type { Handle } from '../../engine/handle.ts'
import { messages } from '../../engine/schema.ts'
import { isOfPair, type Pair } from '../../loaders/conversations.ts'

const p = sql.placeholder

/**
 * Makes the function that finds the last message of a conversation that is not after a moment, of
 * those up to the id `end`; 0 for none. An index has the ids of a conversation, with which its times
 * grow: it is found by bisection, in some 30 steps of 3 µs.
 */
export function createLastUntil(db: Handle): (pair: Pair, time: number, end: number) => number {
  const next = db
    .select({ id: messages.id, at: messages.createdAt })
    .from(messages)
    .where(and(isOfPair(messages), gt(messages.id, p('afterId'))))
    .orderBy(asc(messages.id))
    .limit(1)
    .prepare()
  return (pair, time, end) => {
    let [low, high] = [0, end]
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2)
      const found = next.get({ ...pair, afterId: middle })
      if (found && found.at <= time) low = found.id
      else high = middle
    }
    return low
  }
}
