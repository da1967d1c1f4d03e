import { and, eq, isNull, notExists, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Change } from '../../cache/change.ts'
import type { Removed } from '../../user.ts'
import type { Written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { setParams } from '../engine/params.ts'
import { comments, favorites, media, videos } from '../engine/schema.ts'
import { createCommentRemoval, createLikeRemoval } from './remove-rows.ts'

const p = sql.placeholder

/** Rows that one transaction removes; 2 to 5 ms. */
const maxRowsOfStep = 100

/** The removal of a video, each method within a commit of its own. */
export interface VideoRemoval {
  /**
   * Hides a video from everybody, and takes the first step: nearly always that is all. With an
   * author, it must be theirs. @throws AppError video_not_found, forbidden
   */
  begin(videoId: number, at: number, authorId?: number): Written<Removed>
  /** Takes one more step of a removal that was begun. */
  removeSome(videoId: number): Written<Removed>
  /**
   * Removes at most `limit` rows of a video, its own the last, as a part of some other commit.
   * @returns how many they were, and whether the video is gone
   */
  take(videoId: number, limit: number, blobs: string[], changes: Change[]): Taken
}

interface Taken {
  readonly rows: number
  readonly isGone: boolean
}

/** Binds the statements of a removal. */
export function createVideoRemoval(db: Handle): VideoRemoval {
  const { authorId, mediaId, publishedAt, removingAt } = videos
  const isVideo = eq(videos.id, p('id'))
  const find = db
    .select({ authorId, publishedAt })
    .from(videos)
    .where(and(isVideo, isNull(removingAt)))
    .prepare()
  const hide = db
    .update(videos)
    .set({ publishedAt: null, ...setParams('removingAt') })
    .where(isVideo)
    .prepare()
  const likes = createLikeRemoval(db, eq(favorites.videoId, p('id')))
  const said = createCommentRemoval(db, eq(comments.videoId, p('id')))
  const remove = db
    .delete(videos)
    .where(isVideo)
    .returning({ authorId, mediaId, publishedAt })
    .prepare()
  const others = db.select({ id: videos.id }).from(videos).where(eq(mediaId, media.id))
  const unused = db
    .delete(media)
    .where(and(eq(media.id, p('mediaId')), notExists(others)))
    .returning({ video: media.video, cover: media.cover, source: media.source })
    .prepare()

  const take = (videoId: number, limit: number, blobs: string[], changes: Change[]): Taken => {
    let rows = likes(videoId, limit, changes)
    rows += said(videoId, limit - rows, changes)
    if (rows >= limit) return { rows, isGone: false }
    const [video] = remove.all({ id: videoId })
    if (!video) return { rows, isGone: true }
    const { authorId, mediaId, publishedAt } = video
    changes.push({ type: 'removed video', videoId, authorId, publishedAt })
    for (const { video, cover, source } of unused.all({ mediaId }))
      blobs.push(video, cover, ...(source === null ? [] : [source]))
    return { rows: rows + 1, isGone: true }
  }

  const step = (videoId: number, changes: Change[]): Written<Removed> => {
    const blobs: string[] = []
    const { isGone } = take(videoId, maxRowsOfStep, blobs, changes)
    return { result: { done: isGone, blobs }, changes }
  }

  return {
    begin(videoId, at, by) {
      const video = find.get({ id: videoId })
      if (!video) throw new AppError('video_not_found')
      if (by !== undefined) assertOwn(video, by)
      hide.run({ id: videoId, removingAt: at })
      return step(videoId, [{ type: 'removed video', videoId, ...video }])
    },
    removeSome: (videoId) => step(videoId, []),
    take,
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
