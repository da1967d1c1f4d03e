import { AppError } from '../../errors.ts'
import type { Relations } from '../store.ts'
import type { Engine } from './engine.ts'
import { createFriends, dropFriends } from './friends.ts'
import { createMembership } from './membership.ts'
import { type Place, pageOf, placeOf } from './page.ts'

type ListQuery = Place & { userId: number; limit: number }

/** The queries of port `Relations`. */
export function createRelations(engine: Engine): Relations {
  const { raw, commit, records, lists, freshness, now } = engine
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
  const some = raw.prepare<{ id: number }, [number, number]>(
    'SELECT to_user_id AS id FROM follows WHERE user_id = ? LIMIT ?',
  )
  const among = raw.prepare<{ id: number }, [number, string]>(
    `SELECT to_user_id AS id FROM follows
     WHERE user_id = ? AND to_user_id IN (SELECT value FROM json_each(?))`,
  )
  const followed = createMembership(
    freshness,
    (userId, limit) => some.all(userId, limit).map((row) => row.id),
    (userId, ids) => among.all(userId, JSON.stringify(ids)).map((row) => row.id),
  )

  return {
    async set(userId, toUserId, on) {
      await commit(() => {
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
        lists.drop('follows', userId)
        lists.drop('followers', toUserId)
        dropFriends(lists, userId, toUserId)
      })
      followed.changed(userId, toUserId, on)
    },

    async following(userId, { cursor, limit }) {
      const query = () => following.all({ userId, ...placeOf(cursor), limit: limit + 1 })
      const show = (rows: readonly Place[]) => pageOf(rows, limit, records.users)
      return cursor === null ? lists.first('follows', userId, limit, query, show) : show(query())
    },

    async followers(userId, { cursor, limit }) {
      const query = () => followers.all({ userId, ...placeOf(cursor), limit: limit + 1 })
      const show = (rows: readonly Place[]) => pageOf(rows, limit, records.users)
      return cursor === null ? lists.first('followers', userId, limit, query, show) : show(query())
    },

    friends: createFriends(engine),

    among: async (userId, userIds) => followed.among(userId, userIds),
  }
}
