import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Change } from '../../cache/change.ts'
import type { Relations } from '../../relation.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { blocks } from '../engine/schema.ts'
import { idOf } from '../loaders/cursor.ts'
import { createNoticeInsert } from './notice/add.ts'

const p = sql.placeholder

type Found = { isOn: 0 | 1; isBlocked: 0 | 1; blocks: 0 | 1 }

/** The queries of port `Relations`. */
export function createRelations(context: QueryContext): Relations {
  const { db, commit, caches, now, isClockBehind } = context
  const follow = createFollow(db)
  const block = createBlock(db)
  const blocked = db
    .select({ id: blocks.blockedId })
    .from(blocks)
    .where(and(eq(blocks.userId, p('userId')), gt(blocks.blockedId, p('afterId'))))
    .orderBy(asc(blocks.blockedId))
    .limit(p('limit'))
    .prepare()
  const newest = db.read<{ at: number }, [number, number]>(
    `SELECT max(coalesce((SELECT max(created_at) FROM follows WHERE user_id = ?), 0),
       coalesce((SELECT max(created_at) FROM follows WHERE to_user_id = ?), 0)) AS at`,
  )
  // A later follow stands before an earlier one, also when the clock was set back between the two.
  const timeFor = (userId: number, toUserId: number) =>
    isClockBehind() ? Math.max(now(), (newest.get(userId, toUserId)?.at ?? 0) + 1) : now()
  return {
    set: (userId, toUserId, on) =>
      commit(() => follow({ userId, toUserId, on, at: timeFor(userId, toUserId) })),
    following: (userId, page) => caches.lists.following.page(userId, page),
    followers: (userId, page) => caches.lists.followers.page(userId, page),
    friends: (userId, mutual, page) =>
      caches.lists[mutual ? 'mutualFriends' : 'friends'].page(userId, page),
    among: (userId, userIds) => caches.follows.among(userId, userIds),
    block: (userId, blockedId, on) => commit(() => block({ userId, blockedId, on, at: now() })),
    blockedAmong: (userId, userIds) => caches.blocks.among(userId, userIds),
    async blocked(userId, { cursor, limit }) {
      // One more than is shown, so that the last page knows that it is the last.
      const rows = blocked.all({ userId, afterId: idOf(cursor, 0), limit: limit + 1 })
      const ids = rows.slice(0, limit).map(({ id }) => id)
      const next = rows.length > limit ? String(ids.at(-1)) : null
      return { items: await caches.records.users(ids), next }
    },
  }
}

/**
 * Follows or unfollows, within a commit; its result is who gets a notice of it. Raw SQL: a follow runs
 * statements of 1 to 2 µs, to each of which drizzle would add a tenth.
 * @throws AppError user_not_found, blocked, blocked_by_you
 */
export function createFollow(
  db: Handle,
): (follow: {
  userId: number
  toUserId: number
  on: boolean
  at: number
}) => Written<number | null> {
  const find = db.read<Found, { userId: number; toUserId: number }>(
    `SELECT
       EXISTS (SELECT 1 FROM follows WHERE user_id = $userId AND to_user_id = $toUserId) AS isOn,
       EXISTS (SELECT 1 FROM blocks WHERE user_id = $toUserId AND blocked_id = $userId) AS isBlocked,
       EXISTS (SELECT 1 FROM blocks WHERE user_id = $userId AND blocked_id = $toUserId) AS blocks
     FROM users WHERE id = $toUserId AND removing_at IS NULL`,
  )
  const addNotice = createNoticeInsert(db)
  const insert = db.write<[number, number, number, number]>(
    'INSERT INTO follows (user_id, to_user_id, created_at, notice_id) VALUES (?, ?, ?, ?)',
  )
  const remove = db.write<[number, number]>(
    'DELETE FROM follows WHERE user_id = ? AND to_user_id = ?',
  )
  return ({ userId, toUserId, on, at }) => {
    const user = find.get({ userId, toUserId })
    if (!user) throw new AppError('user_not_found')
    if (on && user.isBlocked) throw new AppError('blocked')
    if (on && user.blocks) throw new AppError('blocked_by_you')
    if (on === (user.isOn === 1)) return written(null)
    const notice = {
      kind: 'follow',
      userId: toUserId,
      actorId: userId,
      objectId: toUserId,
      at,
    } as const
    const isNotice = on && userId !== toUserId
    if (on) insert.run(userId, toUserId, at, isNotice ? addNotice(notice) : 0)
    else remove.run(userId, toUserId)
    return written(isNotice ? toUserId : null, { type: 'follow', userId, toUserId, on })
  }
}

/** Blocks or unblocks, within a commit. @throws AppError user_not_found */
function createBlock(
  db: Handle,
): (block: { userId: number; blockedId: number; on: boolean; at: number }) => Written<void> {
  const exists = db.read<unknown, number>(
    'SELECT 1 FROM users WHERE id = ? AND removing_at IS NULL',
  )
  const insert = db.write<[number, number, number]>(
    'INSERT INTO blocks (user_id, blocked_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const remove = db.write<[number, number]>(
    'DELETE FROM blocks WHERE user_id = ? AND blocked_id = ?',
  )
  const unfollow = db.write<[number, number]>(
    'DELETE FROM follows WHERE user_id = ? AND to_user_id = ?',
  )
  return ({ userId, blockedId, on, at }) => {
    if (!exists.get(blockedId)) throw new AppError('user_not_found')
    if (!on) remove.run(userId, blockedId)
    else insert.run(userId, blockedId, at)
    const changes: Change[] = [{ type: 'block', userId, blockedId, on }]
    const pairs = on
      ? ([
          [userId, blockedId],
          [blockedId, userId],
        ] as const)
      : []
    for (const [from, to] of pairs) {
      if (unfollow.run(from, to).changes === 0) continue
      changes.push({ type: 'follow', userId: from, toUserId: to, on: false })
    }
    return written(undefined, ...changes)
  }
}
