import { AppError } from '../../errors.ts'
import type { Relations } from '../store.ts'
import type { Engine } from './engine.ts'
import { createFriends } from './friends.ts'
import { type Place, pageOf, placeOf } from './page.ts'

type ListQuery = Place & { userId: number; limit: number }

/** The queries of port `Relations`. */
export function createRelations(engine: Engine): Relations {
  const { raw, commit, records, now } = engine
  const insert = raw.prepare(
    `INSERT INTO follows (user_id, to_user_id, created_at) VALUES ($userId, $toUserId, $now)
     ON CONFLICT DO NOTHING`,
  )
  const remove = raw.prepare(
    'DELETE FROM follows WHERE user_id = $userId AND to_user_id = $toUserId',
  )
  const countFollowed = raw.prepare(
    'UPDATE users SET follower_count = follower_count + $delta WHERE id = $id',
  )
  const countFollowing = raw.prepare(
    'UPDATE users SET follow_count = follow_count + $delta WHERE id = $id',
  )
  const exists = raw.prepare('SELECT 1 FROM users WHERE id = $id')
  const following = raw.prepare<Place, ListQuery>(
    `SELECT created_at AS at, to_user_id AS id FROM follows
     WHERE user_id = $userId AND (created_at, to_user_id) < ($at, $id)
     ORDER BY created_at DESC, to_user_id DESC LIMIT $limit`,
  )
  const followers = raw.prepare<Place, ListQuery>(
    `SELECT created_at AS at, user_id AS id FROM follows
     WHERE to_user_id = $userId AND (created_at, user_id) < ($at, $id)
     ORDER BY created_at DESC, user_id DESC LIMIT $limit`,
  )
  const among = raw.prepare<{ id: number }, { userId: number; ids: string }>(
    `SELECT to_user_id AS id FROM follows
     WHERE user_id = $userId AND to_user_id IN (SELECT value FROM json_each($ids))`,
  )

  return {
    set: (userId, toUserId, on) =>
      commit(() => {
        if (!exists.get({ id: toUserId })) throw new AppError('user_not_found')
        const { changes } = on
          ? insert.run({ userId, toUserId, now: now() })
          : remove.run({ userId, toUserId })
        if (changes === 0) return
        const delta = on ? 1 : -1
        countFollowing.run({ id: userId, delta })
        countFollowed.run({ id: toUserId, delta })
        records.dropUser(userId)
        records.dropUser(toUserId)
      }),

    async following(userId, { cursor, limit }) {
      const rows = following.all({
        userId,
        ...placeOf(cursor),
        limit: limit + 1,
      })
      return pageOf(rows, limit, records.users)
    },

    async followers(userId, { cursor, limit }) {
      const rows = followers.all({
        userId,
        ...placeOf(cursor),
        limit: limit + 1,
      })
      return pageOf(rows, limit, records.users)
    },

    friends: createFriends(engine),

    async among(userId, userIds) {
      const rows = among.all({ userId, ids: JSON.stringify(userIds) })
      return new Set(rows.map((row) => row.id))
    },
  }
}
