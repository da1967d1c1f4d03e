import { and, asc, gt, lte, type SQL, sql } from 'drizzle-orm'
import type { Turn } from '../../../lib/turns/turns.ts'
import type { Handle } from '../engine/handle.ts'
import { conversationsOf } from './conversations.ts'
import { top } from './cursor.ts'

const p = sql.placeholder

/** Conversations that are sorted in a turn; 0.5 to 2 ms. */
const rangeSize = 4_000

/** Peers whose ids are beyond `afterPeerId`, up to `upToPeerId`. */
export type PeerRange = { readonly afterPeerId: number; readonly upToPeerId: number }

/** The condition that a peer is in the bound range. */
export const isInRange = (peerId: SQL.Aliased<number>): SQL | undefined =>
  and(gt(peerId, p('afterPeerId')), lte(peerId, p('upToPeerId')))

/**
 * Makes the function that reads something of all conversations of a user in the order of its ids:
 * the first of each range of peers is asked for, a turn for each, and `first` of all are kept. Nearly
 * everybody has one range.
 */
export function createPeerRanges(db: Handle, turn: Turn) {
  const mine = conversationsOf(db)
  const lastOfRange = db
    .select({ id: mine.friendId })
    .from(mine)
    .where(gt(mine.friendId, p('afterPeerId')))
    .orderBy(asc(mine.friendId))
    .limit(1)
    .offset(rangeSize - 1)
    .prepare()

  return async <T>(
    userId: number,
    read: (range: PeerRange) => readonly T[],
    first: (found: readonly T[]) => readonly T[],
  ): Promise<readonly T[]> => {
    let found: readonly T[] = []
    for (let afterPeerId = 0; ; ) {
      const upToPeerId = lastOfRange.get({ userId, afterPeerId })?.id ?? top
      const next = read({ afterPeerId, upToPeerId })
      found = found.length === 0 ? next : first([...found, ...next])
      if (upToPeerId === top) return found
      afterPeerId = upToPeerId
      await turn(userId)
    }
  }
}
