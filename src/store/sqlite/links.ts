import type { Page, PageRequest } from '../page.ts'
import type { Engine } from './engine.ts'
import type { ListKind } from './lists.ts'
import { createMembership, type Membership } from './membership.ts'
import { type Place, pageOf, placeOf } from './page.ts'

/** What a user has a link to: a row of two ids and the time at which it was made. */
export interface Links extends Membership {
  /** Makes or takes away a link, within a write; false if there was nothing to do. */
  put(userId: number, targetId: number, on: boolean): boolean
  /** The targets of a user's links, newest link first, as the records that `show` makes of ids. */
  page<T>(
    userId: number,
    request: PageRequest,
    show: (ids: readonly number[]) => readonly T[],
  ): Page<T>
}

/** The links in one table, whose pages are kept as lists of the given kind. */
export function createLinks(
  { raw, freshness, lists, now }: Engine,
  { table, target, kind }: { table: string; target: string; kind: ListKind },
): Links {
  const insert = raw.prepare(
    `INSERT INTO ${table} (user_id, ${target}, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const remove = raw.prepare(`DELETE FROM ${table} WHERE user_id = ? AND ${target} = ?`)
  const newest = raw.prepare<Place, Place & { userId: number; limit: number }>(
    `SELECT created_at AS at, ${target} AS id FROM ${table}
     WHERE user_id = $userId AND (created_at, ${target}) < ($at, $id)
     ORDER BY created_at DESC, ${target} DESC LIMIT $limit`,
  )
  const some = raw.prepare<{ id: number }, [number, number]>(
    `SELECT ${target} AS id FROM ${table} WHERE user_id = ? LIMIT ?`,
  )
  const among = raw.prepare<{ id: number }, [number, string]>(
    `SELECT ${target} AS id FROM ${table}
     WHERE user_id = ? AND ${target} IN (SELECT value FROM json_each(?))`,
  )
  return {
    ...createMembership(
      freshness,
      (userId, limit) => some.all(userId, limit).map((row) => row.id),
      (userId, ids) => among.all(userId, JSON.stringify(ids)).map((row) => row.id),
    ),

    put(userId, targetId, on) {
      const { changes } = on ? insert.run(userId, targetId, now()) : remove.run(userId, targetId)
      if (changes > 0) lists.drop(kind, userId)
      return changes > 0
    },

    page(userId, { cursor, limit }, show) {
      const query = () => newest.all({ userId, ...placeOf(cursor), limit: limit + 1 })
      const page = (rows: readonly Place[]) => pageOf(rows, limit, show)
      return cursor === null ? lists.first(kind, userId, limit, query, page) : page(query())
    },
  }
}
