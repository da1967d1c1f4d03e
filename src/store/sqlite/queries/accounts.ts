import { and, asc, eq, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import { lazily } from '../../../lib/lazily.ts'
import type { Accounts } from '../../user.ts'
import { written } from '../commit/group-commit.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { sessions, users } from '../engine/schema.ts'
import { createUserRemoval, wipedName } from '../removal/remove-user.ts'

/**
 * The queries of port `Accounts`. They are rare enough that statements are prepared when they are
 * run, and that everything in memory may be read anew after each.
 */
export function createAccounts({
  db,
  commitAlone,
  removeKeptCopies,
  rewriteFile,
  now,
}: QueryContext): Accounts {
  const later = lazily({ removal: () => createUserRemoval(db) })

  const endSessions = (userId: number): number => {
    const ended = db.delete(sessions).where(eq(sessions.userId, userId))
    return ended.returning({ tokenHash: sessions.tokenHash }).all().length
  }

  /** Changes the row of a user, and ends the sessions in the same commit unless they are kept. */
  const change = (
    userId: number,
    values: { [K in keyof typeof users.$inferInsert]?: (typeof users.$inferInsert)[K] | SQL },
    { condition, keepsSessions = false }: { condition?: SQL; keepsSessions?: boolean } = {},
  ) =>
    commitAlone(() => {
      const isUser = and(eq(users.id, userId), condition)
      const changed = db.update(users).set(values).where(isUser).returning({ id: users.id }).all()
      if (changed.length === 0) throw new AppError('user_not_found')
      if (!keepsSessions) endSessions(userId)
      return written(undefined, { type: 'everything' })
    })

  return {
    setPassword: (userId, passwordHash) => change(userId, { passwordHash }),

    changePassword: (userId, { before, after, session }) =>
      commitAlone(() => {
        const own = and(eq(sessions.userId, userId), eq(sessions.tokenHash, session))
        if (!db.select().from(sessions).where(own).get()) throw new AppError('unauthorized')
        const isAsBefore = and(eq(users.id, userId), eq(users.passwordHash, before))
        const changed = db.update(users).set({ passwordHash: after }).where(isAsBefore)
        if (!changed.returning({ id: users.id }).get()) throw new AppError('wrong_old_password')
        const others = and(eq(sessions.userId, userId), ne(sessions.tokenHash, session))
        const ended = db.delete(sessions).where(others).returning({ hash: sessions.tokenHash })
        // Told apart, since anybody may do this at any time: what others read stays in memory.
        const changes = ended
          .all()
          .map(({ hash }) => ({ type: 'session', tokenHash: hash, hasEnded: true }) as const)
        return written(undefined, ...changes)
      }),

    setDisabled(userId, on) {
      const condition = isNull(users.removingAt)
      return change(userId, { disabledAt: on ? now() : null }, { condition, keepsSessions: !on })
    },

    endSessions: (userId) =>
      commitAlone(() => written(endSessions(userId), { type: 'everything' })),

    async beginRemoval(userId) {
      const at = now()
      await change(userId, {
        disabledAt: sql`coalesce(${users.disabledAt}, ${at})`,
        removingAt: sql`coalesce(${users.removingAt}, ${at})`,
      })
      removeKeptCopies()
    },

    async removeSome(userId) {
      const removed = await commitAlone(() => later.removal.removeSome(userId))
      if (removed === null) return { done: true, blobs: [] }
      if (!removed.done) return removed
      // SQLite overwrites what is deleted, but not the copies that it left in the free middle of
      // pages when rows moved. A row without a word in it stands until all pages are written anew,
      // so that whatever stops this now is gone on with.
      removeKeptCopies()
      await rewriteFile()
      const last = await commitAlone(() => later.removal.removeRow(userId))
      return { done: last.done, blobs: [...removed.blobs, ...last.blobs] }
    },

    async removals() {
      const { id, name, removingAt } = users
      const begun = db.select({ id, name }).from(users).where(isNotNull(removingAt))
      return begun
        .orderBy(asc(id))
        .all()
        .map(({ id, name }) => ({ id, name: name === wipedName(id) ? null : name }))
    },
  }
}
