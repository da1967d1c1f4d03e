import { AppError } from '../../../errors.ts'
import type { Favorites } from '../../favorite.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import type { QueryContext } from '../engine/query-context.ts'

/** The queries of port `Favorites`. */
export function createFavorites(context: QueryContext): Favorites {
  const { db, commit, caches, now, isClockBehind } = context
  const like = createLike(db)
  const newest = db.read<{ at: number | null }, number>(
    'SELECT max(created_at) AS at FROM favorites WHERE user_id = ?',
  )
  // A later like stands before an earlier one, also when the clock was set back between the two.
  const timeFor = (userId: number) =>
    isClockBehind() ? Math.max(now(), (newest.get(userId)?.at ?? 0) + 1) : now()
  return {
    set: (userId, videoId, on) => commit(() => like({ userId, videoId, on, at: timeFor(userId) })),
    ofUser: (userId, page) => caches.lists.favorites.page(userId, page),
    among: (userId, videoIds) => caches.favorites.among(userId, videoIds),
  }
}

/**
 * Likes or unlikes, within a commit. Raw SQL: a like runs two statements of some 2 µs, to which
 * drizzle would add a tenth. @throws AppError video_not_found
 */
export function createLike(
  db: Handle,
): (like: { userId: number; videoId: number; on: boolean; at: number }) => Written<void> {
  const authorOf = db.read<{ authorId: number }, number>(
    'SELECT author_id AS authorId FROM videos WHERE id = ? AND published_at IS NOT NULL',
  )
  const insert = db.write<[number, number, number]>(
    'INSERT INTO favorites (user_id, video_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const remove = db.write<[number, number]>(
    'DELETE FROM favorites WHERE user_id = ? AND video_id = ?',
  )
  return ({ userId, videoId, on, at }) => {
    const video = authorOf.get(videoId)
    if (!video) throw new AppError('video_not_found')
    const { changes } = on ? insert.run(userId, videoId, at) : remove.run(userId, videoId)
    if (changes === 0) return written(undefined)
    return written(undefined, { type: 'favorite', userId, videoId, ...video, on })
  }
}
