import type { Handle } from '../../engine/handle.ts'

/** The numbers by which `notices` tells what they are of; 0 is what was taken back. */
export const kinds = { like: 1, comment: 2, follow: 3 } as const

/** That `actorId` did something with a video, or followed the user `objectId`. */
interface Draft {
  readonly userId: number
  readonly kind: keyof typeof kinds
  readonly actorId: number
  readonly objectId: number
  readonly commentId?: number
  readonly at: number
}

/**
 * Adds a notice for a user, within a commit; returns its id, for what it is about to know. Raw SQL:
 * part of every like and comment, to each statement of which drizzle would add a tenth.
 */
export function createNoticeInsert(db: Handle): (draft: Draft) => number {
  const insert = db.write<[number, number, number, number, number, number]>(
    `INSERT INTO notices
       (user_id, previous_id, kind, actor_id, object_id, comment_id, created_at)
     VALUES (?1, coalesce((SELECT newest_notice_id FROM user_counts WHERE user_id = ?1), 0),
       ?2, ?3, ?4, ?5, ?6)`,
  )
  const count = db.write<[number, number]>(
    `UPDATE user_counts SET newest_notice_id = ?, unread_notices = unread_notices + 1
     WHERE user_id = ?`,
  )
  return ({ userId, kind, actorId, objectId, commentId = 0, at }) => {
    const { lastInsertRowid } = insert.run(userId, kinds[kind], actorId, objectId, commentId, at)
    const id = Number(lastInsertRowid)
    count.run(id, userId)
    return id
  }
}
