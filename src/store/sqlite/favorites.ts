import { AppError } from '../../errors.ts'
import type { Favorites } from '../store.ts'
import type { Engine } from './engine.ts'
import { createMembership } from './membership.ts'
import { type Place, pageOf, placeOf } from './page.ts'

/** The queries of port `Favorites`. */
export function createFavorites(engine: Engine): Favorites {
  const { raw, commit, records, lists, freshness, now } = engine
  const authorOf = raw.prepare<{ authorId: number }, { videoId: number }>(
    'SELECT author_id AS authorId FROM videos WHERE id = $videoId AND published_at IS NOT NULL',
  )
  const insert = raw.prepare(
    `INSERT INTO favorites (user_id, video_id, created_at) VALUES ($userId, $videoId, $now)
     ON CONFLICT DO NOTHING`,
  )
  const remove = raw.prepare(
    'DELETE FROM favorites WHERE user_id = $userId AND video_id = $videoId',
  )
  const countVideo = raw.prepare(
    'UPDATE videos SET favorite_count = favorite_count + $delta WHERE id = $id',
  )
  const countUser = raw.prepare(
    'UPDATE users SET favorite_count = favorite_count + $delta WHERE id = $id',
  )
  const countAuthor = raw.prepare(
    'UPDATE users SET total_favorited = total_favorited + $delta WHERE id = $id',
  )
  const newest = raw.prepare<Place, Place & { userId: number; limit: number }>(
    `SELECT created_at AS at, video_id AS id FROM favorites
     WHERE user_id = $userId AND (created_at, video_id) < ($at, $id)
     ORDER BY created_at DESC, video_id DESC LIMIT $limit`,
  )
  const some = raw.prepare<{ id: number }, [number, number]>(
    'SELECT video_id AS id FROM favorites WHERE user_id = ? LIMIT ?',
  )
  const among = raw.prepare<{ id: number }, [number, string]>(
    `SELECT video_id AS id FROM favorites
     WHERE user_id = ? AND video_id IN (SELECT value FROM json_each(?))`,
  )
  const liked = createMembership(
    freshness,
    (userId, limit) => some.all(userId, limit).map((row) => row.id),
    (userId, ids) => among.all(userId, JSON.stringify(ids)).map((row) => row.id),
  )

  return {
    async set(userId, videoId, on) {
      await commit(() => {
        const video = authorOf.get({ videoId })
        if (!video) throw new AppError('video_not_found')
        const { changes } = on
          ? insert.run({ userId, videoId, now: now() })
          : remove.run({ userId, videoId })
        if (changes === 0) return
        const delta = on ? 1 : -1
        countVideo.run({ id: videoId, delta })
        countUser.run({ id: userId, delta })
        countAuthor.run({ id: video.authorId, delta })
        records.dropVideo(videoId)
        records.dropUser(userId)
        records.dropUser(video.authorId)
        lists.drop('likes', userId)
      })
      liked.changed(userId, videoId, on)
    },

    async ofUser(userId, { cursor, limit }) {
      const query = () => newest.all({ userId, ...placeOf(cursor), limit: limit + 1 })
      const show = (rows: readonly Place[]) => pageOf(rows, limit, records.clips)
      return cursor === null ? lists.first('likes', userId, limit, query, show) : show(query())
    },

    among: async (userId, videoIds) => liked.among(userId, videoIds),
  }
}
