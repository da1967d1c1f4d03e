import { and, desc, eq, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Loaders, LoadList } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { comments, favorites, follows, videos } from '../engine/schema.ts'
import { isBehind, placeOf, rowsOf } from './cursor.ts'
import { createFriendLoader } from './friends.ts'

const p = sql.placeholder

/** What reads the rows of each list, by an index that has them in order. */
export function createListLoaders(db: Handle): Loaders['lists'] {
  const friends = createFriendLoader(db)
  return {
    works: works(db, isNotNull(videos.publishedAt)),
    ownWorks: works(db),
    favorites: liked(db),
    comments: commentsOf(db),
    following: following(db),
    followers: followers(db),
    friends: (userId, cursor, limit) => friends(userId, false, cursor, limit),
    mutualFriends: (userId, cursor, limit) => friends(userId, true, cursor, limit),
  }
}

function works(db: Handle, visible?: SQL): LoadList<{ id: number; cursor: string }> {
  const query = db
    .select({ at: videos.id, id: videos.id })
    .from(videos)
    .where(and(eq(videos.authorId, p('authorId')), lt(videos.id, p('id')), visible))
    .orderBy(desc(videos.id))
    .limit(p('limit'))
    .prepare()
  return (authorId, cursor, limit) => rowsOf(query.all({ authorId, id: placeOf(cursor).id, limit }))
}

function liked(db: Handle): LoadList<{ id: number; cursor: string }> {
  const query = db
    .select({ at: favorites.createdAt, id: favorites.videoId })
    .from(favorites)
    .where(and(eq(favorites.userId, p('userId')), isBehind(favorites.createdAt, favorites.videoId)))
    .orderBy(desc(favorites.createdAt), desc(favorites.videoId))
    .limit(p('limit'))
    .prepare()
  return (userId, cursor, limit) => rowsOf(query.all({ userId, ...placeOf(cursor), limit }))
}

function commentsOf(db: Handle): Loaders['lists']['comments'] {
  const query = db
    .select({
      at: sql<number>`0`,
      id: comments.id,
      userId: comments.userId,
      content: comments.content,
      createdAt: comments.createdAt,
    })
    .from(comments)
    .where(and(eq(comments.videoId, p('videoId')), lt(comments.id, p('id'))))
    .orderBy(desc(comments.id))
    .limit(p('limit'))
    .prepare()
  return (videoId, cursor, limit) => rowsOf(query.all({ videoId, id: placeOf(cursor).id, limit }))
}

function following(db: Handle): LoadList<{ id: number; cursor: string }> {
  const query = db
    .select({ at: follows.createdAt, id: follows.toUserId })
    .from(follows)
    .where(and(eq(follows.userId, p('userId')), isBehind(follows.createdAt, follows.toUserId)))
    .orderBy(desc(follows.createdAt), desc(follows.toUserId))
    .limit(p('limit'))
    .prepare()
  return (userId, cursor, limit) => rowsOf(query.all({ userId, ...placeOf(cursor), limit }))
}

function followers(db: Handle): LoadList<{ id: number; cursor: string }> {
  const query = db
    .select({ at: follows.createdAt, id: follows.userId })
    .from(follows)
    .where(and(eq(follows.toUserId, p('userId')), isBehind(follows.createdAt, follows.userId)))
    .orderBy(desc(follows.createdAt), desc(follows.userId))
    .limit(p('limit'))
    .prepare()
  return (userId, cursor, limit) => rowsOf(query.all({ userId, ...placeOf(cursor), limit }))
}
