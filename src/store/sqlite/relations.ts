import { AppError } from '../../errors.ts'
import type { Relations } from '../relation.ts'
import type { Engine } from './engine.ts'
import { createFriends, dropFriends } from './friends.ts'
import { createLinks } from './links.ts'
import { type Place, pageOf, placeOf } from './page.ts'

/** The queries of port `Relations`. */
export function createRelations(engine: Engine): Relations {
  const { raw, prepareUncounted, commitChecked, counters, records, lists } = engine
  const links = createLinks(engine, { table: 'follows', target: 'to_user_id', kind: 'follows' })
  const exists = prepareUncounted<unknown, { id: number }>('SELECT 1 FROM users WHERE id = $id')
  const followers = raw.prepare<Place, Place & { userId: number; limit: number }>(
    `SELECT created_at AS at, user_id AS id FROM follows
     WHERE to_user_id = $userId AND (created_at, user_id) < ($at, $id)
     ORDER BY created_at DESC, user_id DESC LIMIT $limit`,
  )

  return {
    async set(userId, toUserId, on) {
      await commitChecked(() => {
        if (!exists.get({ id: toUserId })) throw new AppError('user_not_found')
        if (!links.put(userId, toUserId, on)) return
        const delta = on ? 1 : -1
        counters.user(userId, { followCount: delta })
        counters.user(toUserId, { followerCount: delta })
        lists.drop('followers', toUserId)
        dropFriends(lists, userId, toUserId)
      })
      links.changed(userId, toUserId, on)
    },

    following: (userId, page) => links.page(userId, page, records.users),

    followers(userId, { cursor, limit }) {
      const query = () => followers.all({ userId, ...placeOf(cursor), limit: limit + 1 })
      const show = (rows: readonly Place[]) => pageOf(rows, limit, records.users)
      return cursor === null ? lists.first('followers', userId, limit, query, show) : show(query())
    },

    friends: createFriends(engine),
    among: (userId, userIds) => links.among(userId, userIds),
  }
}
