import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Change } from '../../cache/change.ts'
import type { Removed } from '../../user.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { setParams } from '../engine/params.ts'
import { comments, favorites, follows, users, videos } from '../engine/schema.ts'
import { createMessageRemoval } from './remove-messages.ts'
import { createNoticeRemoval } from './remove-notices.ts'
import { createCommentRemoval, createLikeRemoval, createStep, type Step } from './remove-rows.ts'
import { createVideoRemoval } from './remove-video.ts'

const p = sql.placeholder

/** What a user is called whose name is gone. Nobody can have it: it begins with a character that none may contain. */
export const wipedName = (userId: number): string => `\u0001${userId}`

/** Rows that one transaction removes: bounds how long everybody else waits for it. */
const maxRowsOfStep = 500

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
  const notices = createNoticeRemoval(db)

  /** @returns how many rows more could have been removed */
  const removeRows = (userId: number, blobs: string[], changes: Change[]): number => {
    let left = maxRowsOfStep
    for (const step of [works(blobs), likes, said, following, followers, messages, notices]) {
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
      const name = wipedName(userId)
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
  const { take } = createVideoRemoval(db)
  return (blobs) => (userId, limit, changes) => {
    const video = find.get({ userId })
    return video ? take(video.id, limit, blobs, changes).rows : 0
  }
}
