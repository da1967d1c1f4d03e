import { and, asc, gt, or, sql } from 'drizzle-orm'
import type { Messages } from '../../../message.ts'
import type { Handle } from '../../engine/handle.ts'
import { conversationsOf } from '../../loaders/conversations.ts'

const p = sql.placeholder

/** Reads how far both sides of a user's conversations have read. */
export function createReadPlaces(db: Handle): Messages['readPlaces'] {
  const mine = conversationsOf(db)
  const query = db
    .select({ peerId: mine.friendId, ownReadId: mine.ownReadId, peerReadId: mine.friendReadId })
    .from(mine)
    .where(
      and(gt(mine.friendId, p('afterPeerId')), or(gt(mine.ownReadId, 0), gt(mine.friendReadId, 0))),
    )
    .orderBy(asc(mine.friendId))
    .limit(p('limit'))
    .prepare()
  return async (userId, page) => query.all({ userId, ...page })
}
