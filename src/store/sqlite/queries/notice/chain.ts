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
 * Makes what takes empty links out of a user's chain, in one commit. Each gap is closed only if both
 * of its ends are still as they were read: another reader may have taken out a part of it, or, from
 * within it, what it leads to.
 */
export function createGapClosing({ db, commit }: Pick<QueryContext, 'db' | 'commit'>) {
  const isSameEnd = 'EXISTS (SELECT 1 FROM notices WHERE id = $lastId AND previous_id = $olderId)'
  const join = db.write<Ends>(
    `UPDATE notices SET previous_id = $olderId
     WHERE id = $after AND previous_id = $firstId AND ${isSameEnd}`,
  )
  const joinFirst = db.write<Ends>(
    `UPDATE user_counts SET newest_notice_id = $olderId
     WHERE user_id = $after AND newest_notice_id = $firstId AND ${isSameEnd}`,
  )
  const remove = db.write<string>(
    'DELETE FROM notices WHERE id IN (SELECT value FROM json_each(?))',
  )
  return (userId: number, gaps: readonly Gap[]): Promise<void> =>
    commit(() => {
      for (const { newerId, emptyIds, olderId } of gaps) {
        const ends = { firstId: emptyIds[0] ?? 0, lastId: emptyIds.at(-1) ?? 0, olderId }
        const { changes } =
          newerId === 0
            ? joinFirst.run({ after: userId, ...ends })
            : join.run({ after: newerId, ...ends })
        if (changes > 0) remove.run(JSON.stringify(emptyIds))
      }
      return written(undefined)
    })
}

/** What a gap lies between: a link, or a user whose newest ones are empty, and a link. */
interface Ends extends Record<string, number> {
  readonly after: number
  readonly firstId: number
  readonly lastId: number
  readonly olderId: number
}
