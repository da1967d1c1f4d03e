import { written } from '../../commit/group-commit.ts'
import type { Handle } from '../../engine/handle.ts'
import type { QueryContext } from '../../engine/query-context.ts'

/** A notice as it is stored, with what was said if it is of a comment. */
export interface Link {
  readonly id: number
  readonly previousId: number
  readonly kind: number
  readonly actorId: number
  readonly objectId: number
  readonly createdAt: number
  readonly content: string | null
}

/**
 * Reads links from one of them on, newest first. Raw SQL, as in all that follows links: drizzle can't
 * say WITH RECURSIVE.
 */
export const createWalk = (db: Handle) =>
  db.read<Link, [number, number]>(
    `WITH RECURSIVE chain AS (
       SELECT * FROM notices WHERE id = ?
       UNION ALL SELECT notices.* FROM chain JOIN notices ON notices.id = chain.previous_id
     )
     SELECT chain.id, previous_id AS previousId, kind, actor_id AS actorId, object_id AS objectId,
       chain.created_at AS createdAt, comments.content
     FROM chain LEFT JOIN comments ON comments.id = comment_id LIMIT ?`,
  )

/** Empty links beside each other, and the ids around them; 0 is before the newest, or behind all. */
export interface Gap {
  readonly newerId: number
  readonly emptyIds: number[]
  olderId: number
}

/**
 * Makes what takes empty links out of a user's chain, in one commit. Each gap is closed only if it is
 * still as it was read: whoever closes it at the same time does the same.
 */
export function createGapClosing({ db, commit }: Pick<QueryContext, 'db' | 'commit'>) {
  const join = db.write<[number, number, number]>(
    'UPDATE notices SET previous_id = ? WHERE id = ? AND previous_id = ?',
  )
  const joinFirst = db.write<[number, number, number]>(
    'UPDATE user_counts SET newest_notice_id = ? WHERE user_id = ? AND newest_notice_id = ?',
  )
  const remove = db.write<string>(
    'DELETE FROM notices WHERE id IN (SELECT value FROM json_each(?))',
  )
  return (userId: number, gaps: readonly Gap[]): Promise<void> =>
    commit(() => {
      for (const { newerId, emptyIds, olderId } of gaps) {
        const first = emptyIds[0] ?? 0
        const { changes } =
          newerId === 0 ? joinFirst.run(olderId, userId, first) : join.run(olderId, newerId, first)
        if (changes > 0) remove.run(JSON.stringify(emptyIds))
      }
      return written(undefined)
    })
}
