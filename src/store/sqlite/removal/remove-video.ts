import { and, eq, notExists, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Change } from '../../cache/change.ts'
import type { Written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { favorites, media, videos } from '../engine/schema.ts'

const p = sql.placeholder

/**
 * Removes a video within a commit of its own, and everything that hangs on it; its result are the
 * files that nothing refers to any more. With an author, it must be theirs.
 * @throws AppError video_not_found, forbidden
 */
export function createVideoRemoval(
  db: Handle,
): (id: number, authorId?: number) => Written<readonly string[]> {
  const { authorId, mediaId, publishedAt } = videos
  const isVideo = eq(videos.id, p('id'))
  const find = db.select({ authorId, mediaId, publishedAt }).from(videos).where(isVideo).prepare()
  const fans = db
    .select({ userId: favorites.userId })
    .from(favorites)
    .where(eq(favorites.videoId, p('id')))
    .prepare()
  // Counts, likes and comments go with the row, by their foreign keys.
  const remove = db.delete(videos).where(isVideo).prepare()
  const others = db.select({ id: videos.id }).from(videos).where(eq(mediaId, media.id))
  const unused = db
    .delete(media)
    .where(and(eq(media.id, p('mediaId')), notExists(others)))
    .returning({ video: media.video, cover: media.cover, source: media.source })
    .prepare()

  return (videoId, by) => {
    const video = find.get({ id: videoId })
    if (!video) throw new AppError('video_not_found')
    if (by !== undefined) assertOwn(video, by)
    const { authorId, mediaId, publishedAt } = video
    const changes: Change[] = fans
      .all({ id: videoId })
      .map(({ userId }) => ({ type: 'favorite', userId, videoId, authorId, on: false }))
    remove.run({ id: videoId })
    changes.push({ type: 'removed video', videoId, authorId, publishedAt })
    const [gone] = unused.all({ mediaId })
    const files = gone ? [gone.video, gone.cover, gone.source] : []
    return { result: files.filter((name) => name !== null), changes }
  }
}

/** @throws AppError forbidden; video_not_found of what others don't see */
export function assertOwn(
  video: { readonly authorId: number; readonly publishedAt: number | null },
  authorId: number,
): void {
  if (video.authorId === authorId) return
  throw new AppError(video.publishedAt === null ? 'video_not_found' : 'forbidden')
}
