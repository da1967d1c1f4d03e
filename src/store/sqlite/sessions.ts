import { desc, eq, lt, sql } from 'drizzle-orm'
import { AppError } from '../../errors.ts'
import { Lru } from '../../lib/lru.ts'
import type { Session, Sessions } from '../session.ts'
import type { Engine } from './engine.ts'
import { sessions } from './schema.ts'

/** Sessions kept in memory: about 0.3 KB each. */
const capacity = 10_000

/** The queries of port `Sessions`. */
export function createSessions({ db, raw, commit, freshness }: Engine): Sessions {
  const p = sql.placeholder
  const insert = db
    .insert(sessions)
    .values({
      tokenHash: p('tokenHash'),
      userId: p('userId'),
      createdAt: p('createdAt'),
      lastUsedAt: p('lastUsedAt'),
      expiresAt: p('expiresAt'),
    })
    .prepare()
  const holder = raw.prepare<{ disabledAt: number | null; passwordHash: string }, [number]>(
    `SELECT disabled_at AS disabledAt, password_hash AS passwordHash FROM users WHERE id = ?`,
  )
  // The new one stays in any case: after the clock was set back it is the one used longest ago.
  const trim = raw.prepare<null, { userId: number; tokenHash: string; others: number }>(
    `DELETE FROM sessions WHERE token_hash IN (
       SELECT token_hash FROM sessions WHERE user_id = $userId AND token_hash <> $tokenHash
       ORDER BY last_used_at DESC LIMIT -1 OFFSET $others)`,
  )
  const find = db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, p('tokenHash')))
    .prepare()
  const touch = raw.prepare<null, { tokenHash: string; lastUsedAt: number; expiresAt: number }>(
    `UPDATE sessions SET last_used_at = $lastUsedAt, expires_at = $expiresAt
     WHERE token_hash = $tokenHash`,
  )
  const ofUser = db
    .select()
    .from(sessions)
    .where(eq(sessions.userId, p('userId')))
    .orderBy(desc(sessions.lastUsedAt))
    .prepare()

  const kept = new Lru<string, Session>(capacity)
  freshness.onForeignWrite(() => kept.clear())

  return {
    create: (session, keep, passwordHash) =>
      commit(() => {
        // In the same transaction, so that nobody slips in while being shut out.
        const user = holder.get(session.userId)
        if (!user) throw new AppError('user_not_found')
        if (user.disabledAt !== null) throw new AppError('user_disabled')
        if (passwordHash !== undefined && passwordHash !== user.passwordHash) {
          throw new AppError('wrong_credentials')
        }
        insert.run({ ...session })
        const others = keep - 1
        const { changes } = trim.run({
          userId: session.userId,
          tokenHash: session.tokenHash,
          others,
        })
        if (changes > 0) kept.clear()
      }),

    find(tokenHash) {
      freshness.check()
      const known = kept.get(tokenHash)
      if (known) return known
      const session = find.get({ tokenHash }) ?? null
      if (session) kept.set(tokenHash, session)
      return session
    },

    touch: (tokenHash, lastUsedAt, expiresAt) =>
      commit(() => {
        touch.run({ tokenHash, lastUsedAt, expiresAt })
        kept.delete(tokenHash)
      }),

    async ofUser(userId) {
      return ofUser.all({ userId })
    },

    sweep: (now) =>
      commit(() => {
        kept.clear()
        return db
          .delete(sessions)
          .where(lt(sessions.expiresAt, now))
          .returning({ tokenHash: sessions.tokenHash })
          .all().length
      }),
  }
}
