import { type AnyColumn, and, desc, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
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
  const works = { table: videos, owner: videos.authorId, at: videos.id, id: videos.id }
  const { userId, toUserId, createdAt } = follows
  return {
    works: list(db, { ...works, condition: isNotNull(videos.publishedAt) }),
    ownWorks: list(db, works),
    favorites: list(db, {
      table: favorites,
      owner: favorites.userId,
      at: favorites.createdAt,
      id: favorites.videoId,
    }),
    comments: commentList(db),
    following: list(db, { table: follows, owner: userId, at: createdAt, id: toUserId }),
    followers: list(db, { table: follows, owner: toUserId, at: createdAt, id: userId }),
    friends: (userId, cursor, limit) => friends(userId, false, cursor, limit),
    mutualFriends: (userId, cursor, limit) => friends(userId, true, cursor, limit),
  }
}

/** A list of what belongs to an owner, in the order of `at` and `id`, newest first. */
interface ListQuery {
  readonly table: SQLiteTable
  readonly owner: AnyColumn
  readonly at: AnyColumn
  readonly id: AnyColumn
  readonly condition?: SQL
}

function list(db: Handle, { table, owner, at, id, condition }: ListQuery): LoadList<ListRow> {
  const query = db
    .select({ at: sql<number>`${at}`, id: sql<number>`${id}` })
    .from(table)
    .where(and(eq(owner, p('ownerId')), isBehind(at, id), condition))
    .orderBy(desc(at), desc(id))
    .limit(p('limit'))
    .prepare()
  return (ownerId, cursor, limit) => rowsOf(query.all({ ownerId, ...placeOf(cursor), limit }))
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
