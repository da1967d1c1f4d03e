import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Change } from '../../cache/change.ts'
import type { Removed } from '../../user.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { setParams } from '../engine/params.ts'
import { comments, favorites, follows, users, videos } from '../engine/schema.ts'
import { createMessageRemoval } from './remove-messages.ts'
import { createVideoRemoval } from './remove-video.ts'

const p = sql.placeholder

/** Rows that one transaction removes: bounds how long everybody else waits for it. */
const maxRowsOfStep = 500

/** Removes at most `limit` rows of one kind; returns how many, 0 if none are left. */
type Step = (userId: number, limit: number, changes: Change[]) => number

/** The removal of a user, each method within a commit of its own. */
export interface UserRemoval {
  /**
   * Takes away one kind after the other, and the user's own words when nothing else is left. Counts
   * follow from the changes, so they are right after every step. Null if no removal was begun.
   */
  removeSome(userId: number): Written<Removed | null>
  /**
   * Takes away the row that is left. Not done if requests that were under way have added to it
   * since: their rows must be counted off before the foreign keys remove them.
   */
  removeRow(userId: number): Written<Removed>
}

/** Binds the statements of a removal. */
export function createUserRemoval(db: Handle): UserRemoval {
  const isBegun = and(eq(users.id, p('userId')), isNotNull(users.removingAt))
  const pictures = { avatar: users.avatar, background: users.background }
  const begun = db.select(pictures).from(users).where(isBegun).prepare()
  const remove = db.delete(users).where(isBegun).prepare()
  const empty = db
    .update(users)
    .set({
      ...setParams('name', 'nameKey'),
      ...{ passwordHash: '', signature: '', avatar: null, background: null },
    })
    .where(isBegun)
    .prepare()
  const likes = createLikeRemoval(db, eq(favorites.userId, p('id')))
  const said = createCommentRemoval(db, eq(comments.userId, p('id')))
  const works = createWorkRemoval(db)
  const following = createFollowRemoval(db, eq(follows.userId, p('id')))
  const followers = createFollowRemoval(db, eq(follows.toUserId, p('id')))
  const messages = createMessageRemoval(db)

  /** @returns how many rows more could have been removed */
  const removeRows = (userId: number, blobs: string[], changes: Change[]): number => {
    let left = maxRowsOfStep
    for (const step of [works(blobs), likes, said, following, followers, messages]) {
      for (let removed = -1; removed !== 0 && left > 0; left -= removed) {
        removed = step(userId, left, changes)
      }
    }
    return left
  }

  return {
    removeSome(userId) {
      const user = begun.get({ userId })
      if (!user) return written(null)
      const blobs: string[] = []
      const changes: Change[] = [{ type: 'everything' }]
      const done = removeRows(userId, blobs, changes) > 0
      // A name that nobody can have: it begins with a character that none may contain.
      const name = `\u0001${userId}`
      if (done) {
        empty.run({ userId, name, nameKey: name })
        blobs.push(...[user.avatar, user.background].filter((blob) => blob !== null))
      }
      return { result: { done, blobs }, changes }
    },
    removeRow(userId) {
      const blobs: string[] = []
      const changes: Change[] = [{ type: 'everything' }]
      const done = removeRows(userId, blobs, changes) === maxRowsOfStep
      if (done) remove.run({ userId })
      return { result: { done, blobs }, changes }
    },
  }
}

/** Removes rows that `some` finds by `id` and `limit`, one by one. */
const createStep =
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
function createLikeRemoval(db: Handle, condition: ReturnType<typeof eq>): Step {
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
function createCommentRemoval(db: Handle, condition: ReturnType<typeof eq>): Step {
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

/** The follows of a user, in one direction. */
function createFollowRemoval(db: Handle, condition: ReturnType<typeof eq>): Step {
  const { userId, toUserId } = follows
  const some = db
    .select({ userId, toUserId })
    .from(follows)
    .where(condition)
    .limit(p('limit'))
    .prepare()
  const remove = db
    .delete(follows)
    .where(and(eq(userId, p('userId')), eq(toUserId, p('toUserId'))))
    .prepare()
  return createStep(some, remove, (follow) => ({ type: 'follow', ...follow, on: false }))
}

/** The videos of a user, one at a time: first their likes and comments, however many. */
function createWorkRemoval(db: Handle): (blobs: string[]) => Step {
  const find = db
    .select({ id: videos.id })
    .from(videos)
    .where(eq(videos.authorId, p('userId')))
    .limit(1)
    .prepare()
  const likes = createLikeRemoval(db, eq(favorites.videoId, p('id')))
  const said = createCommentRemoval(db, eq(comments.videoId, p('id')))
  const removeVideo = createVideoRemoval(db)
  return (blobs) => (userId, limit, changes) => {
    const video = find.get({ userId })
    if (!video) return 0
    let removed = likes(video.id, limit, changes)
    removed += said(video.id, limit - removed, changes)
    if (removed >= limit) return removed
    const { result, changes: own } = removeVideo(video.id)
    blobs.push(...result)
    changes.push(...own)
    return removed + 1
  }
}
