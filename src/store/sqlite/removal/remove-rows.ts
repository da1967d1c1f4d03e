import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Change } from '../../cache/change.ts'
import type { Handle } from '../engine/handle.ts'
import { comments, favorites, videos } from '../engine/schema.ts'

const p = sql.placeholder

/** Removes at most `limit` rows of one kind; returns how many, 0 if none are left. */
export type Step = (id: number, limit: number, changes: Change[]) => number

/** Removes rows that `some` finds by `id` and `limit`, one by one. */
export const createStep =
  <R extends Record<string, unknown>>(
    some: { all(params?: Record<string, unknown>): R[] },
    remove: { run(row?: Record<string, unknown>): unknown },
    changeOf: (row: R) => Change,
  ): Step =>
  (id, limit, changes) => {
    const rows = some.all({ id, limit })
    for (const row of rows) {
      remove.run(row)
      changes.push(changeOf(row))
    }
    return rows.length
  }

/** The likes of a user, or of a video. */
export function createLikeRemoval(db: Handle, condition: SQL): Step {
  const { userId, videoId } = favorites
  const some = db
    .select({ userId, videoId, authorId: videos.authorId })
    .from(favorites)
    .innerJoin(videos, eq(videos.id, videoId))
    .where(condition)
    .limit(p('limit'))
    .prepare()
  const remove = db
    .delete(favorites)
    .where(and(eq(userId, p('userId')), eq(videoId, p('videoId'))))
    .prepare()
  return createStep(some, remove, (like) => ({ type: 'favorite', ...like, on: false }))
}

/** The comments of a user, or on a video. */
export function createCommentRemoval(db: Handle, condition: SQL): Step {
  const { id, videoId } = comments
  const some = db
    .select({ id, videoId })
    .from(comments)
    .where(condition)
    .limit(p('limit'))
    .prepare()
  const remove = db
    .delete(comments)
    .where(eq(id, p('id')))
    .prepare()
  return createStep(some, remove, ({ videoId }) => ({ type: 'comment', videoId, on: false }))
}
