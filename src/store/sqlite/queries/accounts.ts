import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Accounts } from '../../user.ts'
import { written } from '../commit/group-commit.ts'
import type { Engine } from '../engine/engine.ts'
import { setParams } from '../engine/params.ts'
import { sessions, users } from '../engine/schema.ts'
import { createUserRemoval } from '../removal/remove-user.ts'

const p = sql.placeholder

/**
 * The queries of port `Accounts`. They are rare enough that everything in memory may be read anew
 * after each, and then nothing can have been overlooked.
 */
export function createAccounts(engine: Engine): Accounts {
  const { db, commitAlone, removeKeptCopies, rewriteFile, now } = engine
  const isUser = eq(users.id, p('userId'))
  const setPassword = db
    .update(users)
    .set(setParams('passwordHash'))
    .where(isUser)
    .returning({ id: users.id })
    .prepare()
  const setDisabled = db
    .update(users)
    .set(setParams('disabledAt'))
    .where(and(isUser, isNull(users.removingAt)))
    .returning({ id: users.id })
    .prepare()
  const setRemoving = db
    .update(users)
    .set({
      disabledAt: sql`coalesce(${users.disabledAt}, ${p('at')})`,
      removingAt: sql`coalesce(${users.removingAt}, ${p('at')})`,
    })
    .where(isUser)
    .returning({ id: users.id })
    .prepare()
  const endSessions = db
    .delete(sessions)
    .where(eq(sessions.userId, p('userId')))
    .returning({ tokenHash: sessions.tokenHash })
    .prepare()
  const removals = db
    .select({ id: users.id })
    .from(users)
    .where(isNotNull(users.removingAt))
    .orderBy(asc(users.id))
    .prepare()
  const removal = createUserRemoval(db)

  /** Changes the row of a user and ends the sessions, or neither. */
  const change = (userId: number, update: () => readonly unknown[], keepSessions = false) =>
    commitAlone(() => {
      if (update().length === 0) throw new AppError('user_not_found')
      if (!keepSessions) endSessions.all({ userId })
      return written(undefined, { type: 'everything' })
    })

  return {
    setPassword: (userId, passwordHash) =>
      change(userId, () => setPassword.all({ userId, passwordHash })),

    setDisabled: (userId, on) =>
      change(userId, () => setDisabled.all({ userId, disabledAt: on ? now() : null }), !on),

    endSessions: (userId) =>
      commitAlone(() => written(endSessions.all({ userId }).length, { type: 'everything' })),

    async beginRemoval(userId) {
      await change(userId, () => setRemoving.all({ userId, at: now() }))
      removeKeptCopies()
    },

    async removeSome(userId) {
      const removed = await commitAlone(() => removal.removeSome(userId))
      if (removed === null) return { done: true, blobs: [] }
      if (!removed.done) return removed
      // SQLite overwrites what is deleted, but not the copies that it left in the free middle of
      // pages when rows moved. A row without a word in it stands until all pages are written anew,
      // so that whatever stops this now is gone on with.
      await rewriteFile()
      await commitAlone(() => removal.removeRow(userId))
      return removed
    },

    removals: async () => removals.all().map((row) => row.id),
  }
}
