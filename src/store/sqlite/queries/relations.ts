import { AppError } from '../../../errors.ts'
import type { Relations } from '../../relation.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import type { QueryContext } from '../engine/query-context.ts'

/** The queries of port `Relations`. */
export function createRelations(context: QueryContext): Relations {
  const { db, commit, caches, now, isClockBehind } = context
  const follow = createFollow(db)
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
  }
}

/**
 * Follows or unfollows, within a commit. Raw SQL: a follow runs two statements of some 2 µs, to
 * which drizzle would add a tenth. @throws AppError user_not_found
 */
export function createFollow(
  db: Handle,
): (follow: { userId: number; toUserId: number; on: boolean; at: number }) => Written<void> {
  const exists = db.read<unknown, number>(
    'SELECT 1 FROM users WHERE id = ? AND removing_at IS NULL',
  )
  const insert = db.write<[number, number, number]>(
    'INSERT INTO follows (user_id, to_user_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const remove = db.write<[number, number]>(
    'DELETE FROM follows WHERE user_id = ? AND to_user_id = ?',
  )
  return ({ userId, toUserId, on, at }) => {
    if (!exists.get(toUserId)) throw new AppError('user_not_found')
    const { changes } = on ? insert.run(userId, toUserId, at) : remove.run(userId, toUserId)
    if (changes === 0) return written(undefined)
    return written(undefined, { type: 'follow', userId, toUserId, on })
  }
}
