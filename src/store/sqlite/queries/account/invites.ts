import { and, asc, eq, gt, lte } from 'drizzle-orm'
import type { Invites } from '../../../user.ts'
import { written } from '../../commit/group-commit.ts'
import type { Handle } from '../../engine/handle.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { invites } from '../../engine/schema.ts'

/** The queries of port `Invites`. They are rare, so statements are prepared when they are run. */
export function createInvites({ db, commitAlone, now }: QueryContext): Invites {
  return {
    create: (codeHashes, expiresAt) =>
      commitAlone(() => {
        const createdAt = now()
        db.delete(invites).where(lte(invites.expiresAt, createdAt)).run()
        const rows = codeHashes.map((codeHash) => ({ codeHash, createdAt, expiresAt }))
        const made = db.insert(invites).values(rows).returning({ id: invites.id }).all()
        return written(made.map(({ id }) => id))
      }),

    async list(at) {
      const { id, createdAt, expiresAt } = invites
      const valid = db.select({ id, createdAt, expiresAt }).from(invites).where(gt(expiresAt, at))
      return valid.orderBy(asc(id)).all()
    },

    isValid: async (codeHash, at) => isValid(db, codeHash, at),

    revoke: (id) =>
      commitAlone(() => {
        const gone = db.delete(invites).where(eq(invites.id, id)).returning({ id: invites.id })
        return written(gone.all().length > 0)
      }),
  }
}

/** Whether an invite can be used. */
export function isValid(db: Handle, codeHash: string, at: number): boolean {
  const found = db
    .select({ id: invites.id })
    .from(invites)
    .where(and(eq(invites.codeHash, codeHash), gt(invites.expiresAt, at)))
  return found.get() !== undefined
}

/** Uses an invite up, within a commit. */
export function useUp(db: Handle, codeHash: string): void {
  db.delete(invites).where(eq(invites.codeHash, codeHash)).run()
}
