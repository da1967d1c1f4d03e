import { type AnyColumn, and, desc, eq, isNotNull, isNull, lte, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Turn } from '../../../lib/turns/turns.ts'
import type { ListRow, Loaders, LoadList } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { comments, favorites, follows, videos } from '../engine/schema.ts'
import { isBehind, placeOf, rowsOf } from './cursor.ts'
import { createFriendLoader } from './friends.ts'

const p = sql.placeholder

/** What reads the rows of each list, by an index that has them in order. */
export function createListLoaders(db: Handle, turn: Turn): Loaders['lists'] {
  const friends = createFriendLoader(db, turn)
  const { authorId, id, publishedAt, removingAt } = videos
  const { userId, toUserId, createdAt } = follows
  const owner = p('ownerId')
  const liked = [favorites.createdAt, favorites.videoId] as const
  return {
    feed: list(db, videos, lte(publishedAt, owner), [publishedAt, id]),
    works: list(db, videos, and(eq(authorId, owner), isNotNull(publishedAt)), [id, id]),
    ownWorks: list(db, videos, and(eq(authorId, owner), isNull(removingAt)), [id, id]),
    favorites: list(db, favorites, eq(favorites.userId, owner), liked),
    comments: commentList(db),
    following: list(db, follows, eq(userId, owner), [createdAt, toUserId]),
    followers: list(db, follows, eq(toUserId, owner), [createdAt, userId]),
    friends: (userId, cursor, limit) => friends(userId, false, cursor, limit),
    mutualFriends: (userId, cursor, limit) => friends(userId, true, cursor, limit),
  }
}

/** A list of what belongs to the bound `ownerId`, in the order of `at` and `id`, newest first. */
function list(
  db: Handle,
  table: SQLiteTable,
  isOwned: SQL | undefined,
  [at, id]: readonly [at: AnyColumn, id: AnyColumn],
): LoadList<ListRow> {
  const query = db
    .select({ at: sql<number>`${at}`, id: sql<number>`${id}` })
    .from(table)
    .where(and(isOwned, isBehind(at, id)))
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
