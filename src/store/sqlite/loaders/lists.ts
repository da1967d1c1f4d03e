import { type AnyColumn, and, desc, eq, isNotNull, lte, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { ListRow, Loaders, LoadList } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { comments, favorites, follows, videos } from '../engine/schema.ts'
import { isBehind, placeOf, rowsOf } from './cursor.ts'
import { createFriendLoader } from './friends.ts'

const p = sql.placeholder

/** What reads the rows of each list, by an index that has them in order. */
export function createListLoaders(db: Handle): Loaders['lists'] {
  const friends = createFriendLoader(db)
  const { authorId, id, publishedAt } = videos
  const { userId, toUserId, createdAt } = follows
  const liked = [favorites.userId, favorites.createdAt, favorites.videoId] as const
  return {
    feed: feed(db),
    works: list(db, videos, [authorId, id, id], isNotNull(publishedAt)),
    ownWorks: list(db, videos, [authorId, id, id]),
    favorites: list(db, favorites, liked),
    comments: commentList(db),
    following: list(db, follows, [userId, createdAt, toUserId]),
    followers: list(db, follows, [toUserId, createdAt, userId]),
    friends: (userId, cursor, limit) => friends(userId, false, cursor, limit),
    mutualFriends: (userId, cursor, limit) => friends(userId, true, cursor, limit),
  }
}

/** A list of what belongs to an owner, in the order of `at` and `id`, newest first. */
function list(
  db: Handle,
  table: SQLiteTable,
  [owner, at, id]: readonly [owner: AnyColumn, at: AnyColumn, id: AnyColumn],
  condition?: SQL,
): LoadList<ListRow> {
  const query = db
    .select({ at: sql<number>`${at}`, id: sql<number>`${id}` })
    .from(table)
    .where(and(eq(owner, p('ownerId')), isBehind(at, id), condition))
    .orderBy(desc(at), desc(id))
    .limit(p('limit'))
    .prepare()
  return (ownerId, cursor, limit) => rowsOf(query.all({ ownerId, ...placeOf(cursor), limit }))
}

function feed(db: Handle): Loaders['lists']['feed'] {
  const query = db
    .select({ at: sql<number>`${videos.publishedAt}`, id: videos.id })
    .from(videos)
    .where(and(lte(videos.publishedAt, p('until')), isBehind(videos.publishedAt, videos.id)))
    .orderBy(desc(videos.publishedAt))
    .limit(p('limit'))
    .prepare()
  return (until, cursor, limit) => rowsOf(query.all({ until, ...placeOf(cursor), limit }))
}

function commentList(db: Handle): Loaders['lists']['comments'] {
  const { id, userId, content, createdAt, videoId } = comments
  const query = db
    .select({ at: sql<number>`${id}`, id, userId, content, createdAt })
    .from(comments)
    .where(and(eq(videoId, p('ownerId')), isBehind(id, id)))
    .orderBy(desc(id))
    .limit(p('limit'))
    .prepare()
  return (ownerId, cursor, limit) => rowsOf(query.all({ ownerId, ...placeOf(cursor), limit }))
}
