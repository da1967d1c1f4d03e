import { and, eq, inArray, notExists, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Change } from '../../cache/change.ts'
import type { Handle } from '../engine/handle.ts'
import { favorites, media, userCounts, videoCounts, videos } from '../engine/schema.ts'

const p = sql.placeholder

/** What the removal of a video leaves to be done: files that nothing refers to, caches to be told. */
export interface RemovedVideo {
  readonly files: readonly string[]
  readonly change: Change
}

/**
 * Removes a video within a commit of its own: the row, everything that hangs on it, and every count
 * of that. @throws AppError video_not_found
 */
export function createVideoRemoval(db: Handle): (id: number) => RemovedVideo {
  const find = db
    .select({
      authorId: videos.authorId,
      mediaId: videos.mediaId,
      likes: videoCounts.favoriteCount,
      visible: sql<number>`${videos.publishedAt} is not null`,
    })
    .from(videos)
    .innerJoin(videoCounts, eq(videoCounts.videoId, videos.id))
    .where(eq(videos.id, p('id')))
    .prepare()
  const fans = db
    .update(userCounts)
    .set({ favoriteCount: sql`${userCounts.favoriteCount} - 1` })
    .where(
      inArray(
        userCounts.userId,
        db
          .select({ userId: favorites.userId })
          .from(favorites)
          .where(eq(favorites.videoId, p('id'))),
      ),
    )
    .returning({ id: userCounts.userId })
    .prepare()
  const correctAuthor = db
    .update(userCounts)
    .set({
      totalFavorited: sql`${userCounts.totalFavorited} - ${p('likes')}`,
      workCount: sql`${userCounts.workCount} - ${p('visible')}`,
    })
    .where(eq(userCounts.userId, p('authorId')))
    .prepare()
  // Counts, likes and comments go with the row, by their foreign keys.
  const remove = db
    .delete(videos)
    .where(eq(videos.id, p('id')))
    .prepare()
  const unused = db
    .delete(media)
    .where(
      and(
        eq(media.id, p('mediaId')),
        notExists(db.select({ id: videos.id }).from(videos).where(eq(videos.mediaId, media.id))),
      ),
    )
    .returning({ video: media.video, cover: media.cover, source: media.source })
    .prepare()

  return (id) => {
    const video = find.get({ id })
    if (!video) throw new AppError('video_not_found')
    const { authorId, mediaId, likes, visible } = video
    const fanIds = fans.all({ id }).map((fan) => fan.id)
    correctAuthor.run({ authorId, likes, visible })
    remove.run({ id })
    const [gone] = unused.all({ mediaId })
    return {
      files: gone ? [gone.video, gone.cover, ...(gone.source ? [gone.source] : [])] : [],
      change: { type: 'removed video', videoId: id, authorId, fanIds },
    }
  }
}
