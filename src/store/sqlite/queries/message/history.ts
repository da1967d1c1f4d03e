import { and, asc, desc, eq, gt, lte, sql } from 'drizzle-orm'
import type { Awaitable } from '../../../../lib/awaitable.ts'
import type { Turn } from '../../../../lib/turns/turns.ts'
import type { Message } from '../../../message.ts'
import type { Handle } from '../../engine/handle.ts'
import { messages } from '../../engine/schema.ts'
import { isOfPair, lowHigh, type Pair } from '../../loaders/conversations.ts'
import { top } from '../../loaders/cursor.ts'
import { messageColumns } from '../../loaders/messages.ts'
import { createLastUntil } from './last-until.ts'

const p = sql.placeholder

/** What a poll asks for is nearly always among so many of the newest, which are looked at first. */
const newestCount = 8

/** Messages that are searched in a turn for those of one side; 0.4 ms. */
const sliceSize = 4_000

type Page = { since: number; limit: number }

/** Makes the functions that read a conversation from a moment on, oldest first: all, or what the peer wrote. */
export function createHistory(db: Handle, turn: Turn) {
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
    .where(isAfter)
    .orderBy(asc(messages.id))
    .limit(p('limit'))
    .prepare()
  const lastOfSlice = db
    .select({ id: messages.id })
    .from(messages)
    .where(isAfter)
    .orderBy(asc(messages.id))
    .limit(1)
    .offset(sliceSize - 1)
    .prepare()
  const received = db
    .select(messageColumns)
    .from(messages)
    .where(and(isAfter, lte(messages.id, p('upToId')), eq(messages.fromUserId, p('peerId'))))
    .orderBy(asc(messages.id))
    .limit(p('limit'))
    .prepare()

  /** The messages behind the moment, if they are among the newest; else the id that they come after. */
  const find = (pair: Pair, since: number): readonly Message[] | number => {
    if (since === 0) return 0
    const latest = newest.all(pair)
    const [end, start] = [latest[0], latest.at(-1)]
    const areAll = latest.length < newestCount || (start && start.createdAt <= since)
    if (areAll) return latest.filter(({ createdAt }) => createdAt > since).reverse()
    return end ? lastUntil(pair, since, end.id) : 0
  }

  /** Much of what one side wrote may lie before what the other did, so it is searched in turns. */
  const search = async (
    userId: number,
    peerId: number,
    place: { afterId: number; limit: number },
  ) => {
    const pair = lowHigh(userId, peerId)
    const found: Message[] = []
    for (let { afterId } = place; ; ) {
      const upToId = lastOfSlice.get({ ...pair, afterId })?.id ?? top
      const limit = place.limit - found.length
      found.push(...received.all({ ...pair, afterId, upToId, peerId, limit }))
      if (upToId === top || found.length === place.limit) return found
      afterId = upToId
      await turn(userId)
    }
  }

  return {
    all(userId: number, peerId: number, { since, limit }: Page): readonly Message[] {
      const pair = lowHigh(userId, peerId)
      const found = find(pair, since)
      if (typeof found !== 'number') return found.slice(0, limit)
      return following.all({ ...pair, afterId: found, limit })
    },

    received(
      userId: number,
      peerId: number,
      { since, limit }: Page,
    ): Awaitable<readonly Message[]> {
      const found = find(lowHigh(userId, peerId), since)
      if (typeof found === 'number') return search(userId, peerId, { afterId: found, limit })
      return found.filter(({ fromUserId }) => fromUserId === peerId).slice(0, limit)
    },
  }
}
