import { and, eq, inArray, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Loaders, LoadMembers } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { blocks, favorites, follows } from '../engine/schema.ts'

const p = sql.placeholder

/** What reads the ids that a user is connected with. */
export function createMemberLoaders(db: Handle): Loaders['members'] {
  return {
    favorites: members(db, favorites, favorites.userId, favorites.videoId),
    blocks: members(db, blocks, blocks.userId, blocks.blockedId),
    follows: members(db, follows, follows.userId, follows.toUserId),
  }
}

function members(
  db: Handle,
  table: SQLiteTable,
  owner: SQLiteColumn,
  member: SQLiteColumn,
): LoadMembers {
  const columns = { id: sql<number>`${member}` }
  const some = db
    .select(columns)
    .from(table)
    .where(eq(owner, p('userId')))
    .limit(p('limit'))
    .prepare()
  const listed = sql`(select value from json_each(${p('ids')}))`
  const among = db
    .select(columns)
    .from(table)
    .where(and(eq(owner, p('userId')), inArray(member, listed)))
    .prepare()
  return {
    some: (userId, limit) => some.all({ userId, limit }).map(({ id }) => id),
    among: (userId, ids) => among.all({ userId, ids: JSON.stringify(ids) }).map(({ id }) => id),
  }
}
