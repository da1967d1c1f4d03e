import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Handle } from '../engine/handle.ts'
import { comments, favorites, follows, userCounts, videoCounts, videos } from '../engine/schema.ts'
import type { RemovalStep } from './step.ts'

const p = sql.placeholder

/** What a user likes of others. */
export function createLikeRemoval(db: Handle): RemovalStep {
  const some = db
    .select({ videoId: favorites.videoId })
    .from(favorites)
    .where(eq(favorites.userId, p('userId')))
    .limit(p('limit'))
  const remove = db
    .delete(favorites)
    .where(and(eq(favorites.userId, p('userId')), inArray(favorites.videoId, some)))
    .returning({ videoId: favorites.videoId })
    .prepare()
  const countVideo = db
    .update(videoCounts)
    .set({ favoriteCount: sql`${videoCounts.favoriteCount} - 1` })
    .where(eq(videoCounts.videoId, p('videoId')))
    .prepare()
  const authorOf = db
    .select({ authorId: videos.authorId })
    .from(videos)
    .where(eq(videos.id, p('videoId')))
  const countAuthor = db
    .update(userCounts)
    .set({ totalFavorited: sql`${userCounts.totalFavorited} - 1` })
    .where(inArray(userCounts.userId, authorOf))
    .prepare()
  const countUser = db
    .update(userCounts)
    .set({ favoriteCount: sql`${userCounts.favoriteCount} - ${p('count')}` })
    .where(eq(userCounts.userId, p('userId')))
    .prepare()
  return (userId, limit) => {
    const liked = remove.all({ userId, limit })
    for (const video of liked) {
      countVideo.run(video)
      countAuthor.run(video)
    }
    countUser.run({ userId, count: liked.length })
    return liked.length
  }
}

/** What a user said about the videos of others. */
export function createCommentRemoval(db: Handle): RemovalStep {
  const some = db
    .select({ id: comments.id })
    .from(comments)
    .where(eq(comments.userId, p('userId')))
    .limit(p('limit'))
  const remove = db
    .delete(comments)
    .where(inArray(comments.id, some))
    .returning({ videoId: comments.videoId })
    .prepare()
  const count = db
    .update(videoCounts)
    .set({ commentCount: sql`${videoCounts.commentCount} - 1` })
    .where(eq(videoCounts.videoId, p('videoId')))
    .prepare()
  return (userId, limit) => {
    const said = remove.all({ userId, limit })
    for (const comment of said) count.run(comment)
    return said.length
  }
}

/** Whom a user follows. */
export const createFollowingRemoval = (db: Handle): RemovalStep =>
  createFollowRemoval(db, [follows.userId, 'followCount'], [follows.toUserId, 'followerCount'])

/** Who follows a user. */
export const createFollowerRemoval = (db: Handle): RemovalStep =>
  createFollowRemoval(db, [follows.toUserId, 'followerCount'], [follows.userId, 'followCount'])

type Side = readonly [
  column: typeof follows.userId | typeof follows.toUserId,
  count: 'followCount' | 'followerCount',
]

function createFollowRemoval(db: Handle, [own, ownCount]: Side, [other, otherCount]: Side) {
  const some = db
    .select({ id: sql`${other}` })
    .from(follows)
    .where(eq(own, p('userId')))
    .limit(p('limit'))
  const remove = db
    .delete(follows)
    .where(and(eq(own, p('userId')), inArray(other, some)))
    .returning({ userId: sql<number>`${other}` })
    .prepare()
  const subtract = (count: Side[1]) =>
    db
      .update(userCounts)
      .set({ [count]: sql`${userCounts[count]} - ${p('count')}` })
      .where(eq(userCounts.userId, p('userId')))
      .prepare()
  const countOwn = subtract(ownCount)
  const countOther = subtract(otherCount)
  return (userId: number, limit: number): number => {
    const people = remove.all({ userId, limit })
    for (const person of people) countOther.run({ ...person, count: 1 })
    countOwn.run({ userId, count: people.length })
    return people.length
  }
}
