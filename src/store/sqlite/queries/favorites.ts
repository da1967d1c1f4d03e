import { AppError } from '../../../errors.ts'
import type { Favorites } from '../../favorite.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { createNoticeInsert } from './notice/add.ts'

type Found = { authorId: number; isOn: 0 | 1; isBlocked: 0 | 1 }

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
 * Likes or unlikes, within a commit; its result is who gets a notice of it. Raw SQL: a like runs some
 * statements of 1 to 2 µs, to each of which drizzle would add a tenth. @throws AppError video_not_found
 */
export function createLike(
  db: Handle,
): (like: { userId: number; videoId: number; on: boolean; at: number }) => Written<number | null> {
  const find = db.read<Found, [number, number]>(
    `SELECT author_id AS authorId,
       EXISTS (SELECT 1 FROM favorites WHERE video_id = videos.id AND user_id = ?1) AS isOn,
       EXISTS (SELECT 1 FROM blocks WHERE user_id = author_id AND blocked_id = ?1) AS isBlocked
     FROM videos WHERE id = ?2 AND published_at IS NOT NULL`,
  )
  const addNotice = createNoticeInsert(db)
  const insert = db.write<[number, number, number, number]>(
    'INSERT INTO favorites (user_id, video_id, created_at, notice_id) VALUES (?, ?, ?, ?)',
  )
  const remove = db.write<[number, number]>(
    'DELETE FROM favorites WHERE user_id = ? AND video_id = ?',
  )
  return ({ userId, videoId, on, at }) => {
    const video = find.get(userId, videoId)
    if (!video) throw new AppError('video_not_found')
    const { authorId, isOn, isBlocked } = video
    if (on === (isOn === 1)) return written(null)
    // A like of somebody blocked counts as any other, but is no notice.
    const isNotice = on && !isBlocked && authorId !== userId
    const notice = {
      kind: 'like',
      userId: authorId,
      actorId: userId,
      objectId: videoId,
      at,
    } as const
    if (on) insert.run(userId, videoId, at, isNotice ? addNotice(notice) : 0)
    else remove.run(userId, videoId)
    return written(isNotice ? authorId : null, { type: 'favorite', userId, videoId, authorId, on })
  }
}
