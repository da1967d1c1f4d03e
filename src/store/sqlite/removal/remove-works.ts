import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Handle } from '../engine/handle.ts'
import { comments, favorites, userCounts, videoCounts, videos } from '../engine/schema.ts'
import { createVideoRemoval } from './remove-video.ts'
import type { RemovalStep } from './step.ts'

const p = sql.placeholder

/** The videos of a user, one at a time: first their likes and comments, however many. */
export function createWorkRemoval(db: Handle): (files: string[]) => RemovalStep {
  const find = db
    .select({ id: videos.id })
    .from(videos)
    .where(eq(videos.authorId, p('userId')))
    .limit(1)
    .prepare()
  const someFans = db
    .select({ userId: favorites.userId })
    .from(favorites)
    .where(eq(favorites.videoId, p('id')))
    .limit(p('limit'))
  const unlike = db
    .delete(favorites)
    .where(and(eq(favorites.videoId, p('id')), inArray(favorites.userId, someFans)))
    .returning({ userId: favorites.userId })
    .prepare()
  const countFan = db
    .update(userCounts)
    .set({ favoriteCount: sql`${userCounts.favoriteCount} - 1` })
    .where(eq(userCounts.userId, p('userId')))
    .prepare()
  const countAuthor = db
    .update(userCounts)
    .set({ totalFavorited: sql`${userCounts.totalFavorited} - ${p('likes')}` })
    .where(eq(userCounts.userId, p('userId')))
    .prepare()
  const someComments = db
    .select({ id: comments.id })
    .from(comments)
    .where(eq(comments.videoId, p('id')))
    .limit(p('limit'))
  const removeComments = db
    .delete(comments)
    .where(inArray(comments.id, someComments))
    .returning({ id: comments.id })
    .prepare()
  const countVideo = db
    .update(videoCounts)
    .set({
      favoriteCount: sql`${videoCounts.favoriteCount} - ${p('likes')}`,
      commentCount: sql`${videoCounts.commentCount} - ${p('comments')}`,
    })
    .where(eq(videoCounts.videoId, p('id')))
    .prepare()
  const removeVideo = createVideoRemoval(db)

  return (files) => (userId, limit) => {
    const video = find.get({ userId })
    if (!video) return 0
    const { id } = video
    const fans = unlike.all({ id, limit })
    for (const fan of fans) countFan.run(fan)
    countAuthor.run({ userId, likes: fans.length })
    const said = removeComments.all({ id, limit: limit - fans.length })
    countVideo.run({ id, likes: fans.length, comments: said.length })
    const removed = fans.length + said.length
    if (removed >= limit) return removed
    files.push(...removeVideo(id).files)
    return removed + 1
  }
}
