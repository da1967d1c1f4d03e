import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Removed } from '../../user.ts'
import type { Handle } from '../engine/handle.ts'
import { users } from '../engine/schema.ts'
import { createMessageRemoval } from './remove-messages.ts'
import {
  createCommentRemoval,
  createFollowerRemoval,
  createFollowingRemoval,
  createLikeRemoval,
} from './remove-traces.ts'
import { createWorkRemoval } from './remove-works.ts'
import type { RemovalStep } from './step.ts'

const p = sql.placeholder

/** Rows that one transaction removes: bounds how long everybody else waits for it. */
const maxRowsOfStep = 500

/**
 * `Accounts.removeSome`, within a commit of its own: takes away one kind after the other, so that
 * counts are right after every step, and the user when nothing is left.
 */
export function createUserRemoval(db: Handle): (userId: number) => Removed {
  const works = createWorkRemoval(db)
  const steps: readonly RemovalStep[] = [
    createLikeRemoval(db),
    createCommentRemoval(db),
    createFollowingRemoval(db),
    createFollowerRemoval(db),
    createMessageRemoval(db),
  ]
  const begun = db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, p('userId')), isNotNull(users.removingAt)))
    .prepare()
  const remove = db
    .delete(users)
    .where(eq(users.id, p('userId')))
    .prepare()

  return (userId) => {
    const blobs: string[] = []
    if (!begun.get({ userId })) return { done: true, blobs }
    let left = maxRowsOfStep
    for (const step of [works(blobs), ...steps]) {
      for (let removed = -1; removed !== 0 && left > 0; left -= removed) {
        removed = step(userId, left)
      }
    }
    if (left <= 0) return { done: false, blobs }
    remove.run({ userId })
    return { done: true, blobs }
  }
}
