import { and, eq, getTableName, inArray, sql } from 'drizzle-orm'
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
  // Raw SQL: 10,000 ids take 0.8 ms, by drizzle 1.7.
  const some = db.read<{ id: number }, [number, number]>(
    `SELECT ${member.name} AS id FROM ${getTableName(table)} WHERE ${owner.name} = ? LIMIT ?`,
  )
  const listed = sql`(select value from json_each(${p('ids')}))`
  const among = db
    .select({ id: sql<number>`${member}` })
    .from(table)
    .where(and(eq(owner, p('userId')), inArray(member, listed)))
    .prepare()
  return {
    some: (userId, limit) => some.all(userId, limit).map(({ id }) => id),
    among: (userId, ids) => among.all({ userId, ids: JSON.stringify(ids) }).map(({ id }) => id),
  }
}
