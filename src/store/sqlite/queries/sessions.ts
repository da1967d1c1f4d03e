import { and, desc, eq, inArray, lt, ne, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Change } from '../../cache/change.ts'
import type { Session, Sessions } from '../../session.ts'
import { written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { params, setParams } from '../engine/params.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { sessions, users } from '../engine/schema.ts'
import { createSeen } from './account/seen.ts'

const p = sql.placeholder

/** The queries of port `Sessions`. */
export function createSessions({ db, commit, commitAlone, caches }: QueryContext): Sessions {
  const insert = createSessionInsert(db)
  const noteSeen = createSeen(db)
  const holder = db
    .select({ disabledAt: users.disabledAt, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, p('userId')))
    .prepare()
  // The new one stays in any case: after the clock was set back it is the one used longest ago.
  const surplus = db
    .select({ tokenHash: sessions.tokenHash })
    .from(sessions)
    .where(and(eq(sessions.userId, p('userId')), ne(sessions.tokenHash, p('tokenHash'))))
    .orderBy(desc(sessions.lastUsedAt))
    .limit(p('limit'))
    .offset(p('others'))
  const trim = db
    .delete(sessions)
    .where(inArray(sessions.tokenHash, surplus))
    .returning({ tokenHash: sessions.tokenHash })
    .prepare()
  const end = db
    .delete(sessions)
    .where(eq(sessions.tokenHash, p('tokenHash')))
    .prepare()
  const touch = db
    .update(sessions)
    .set(setParams('lastUsedAt', 'expiresAt'))
    .where(eq(sessions.tokenHash, p('tokenHash')))
    .prepare()
  const expired = db
    .select({ tokenHash: sessions.tokenHash })
    .from(sessions)
    .where(lt(sessions.expiresAt, p('now')))
    .limit(p('limit'))
  const sweepSome = db
    .delete(sessions)
    .where(inArray(sessions.tokenHash, expired))
    .returning({ tokenHash: sessions.tokenHash })
    .prepare()
  const ofUser = db
    .select()
    .from(sessions)
    .where(eq(sessions.userId, p('userId')))
    .orderBy(desc(sessions.lastUsedAt))
    .prepare()

  return {
    create: (session, keep, passwordHash) =>
      commit(() => {
        // In the same transaction, so that nobody slips in while being shut out.
        const user = holder.get({ userId: session.userId })
        if (!user) throw new AppError('user_not_found')
        if (user.disabledAt !== null) throw new AppError('user_disabled')
        if (passwordHash !== undefined && passwordHash !== user.passwordHash) {
          throw new AppError('wrong_credentials')
        }
        insert(session)
        const { userId, tokenHash } = session
        const seen = noteSeen(userId, session.createdAt)
        const dropped = trim.all({ userId, tokenHash, others: keep - 1, limit: noLimit })
        return written(undefined, seen, ...dropped.map(ended))
      }),

    endedSince: (version) => caches.sessions.endedSince(version),

    find: (tokenHash) => caches.sessions.get(tokenHash),

    end: (tokenHash) =>
      commit(() => {
        end.run({ tokenHash })
        return written(undefined, ended({ tokenHash }))
      }),

    touch: (tokenHash, lastUsedAt, expiresAt) =>
      commit(() => {
        touch.run({ tokenHash, lastUsedAt, expiresAt })
        return written(undefined, { type: 'session', tokenHash, hasEnded: false })
      }),

    async ofUser(userId) {
      return ofUser.all({ userId })
    },

    async sweep(now) {
      let swept = 0
      for (let isMore = true; isMore; ) {
        const expired = await commitAlone(() => {
          const found = sweepSome.all({ now, limit: maxSwept })
          return { result: found.length, changes: found.map(ended) }
        })
        swept += expired
        isMore = expired === maxSwept
      }
      return swept
    },
  }
}

/** Stores a session, within a commit. */
export function createSessionInsert(db: Handle): (session: Session) => void {
  const insert = db
    .insert(sessions)
    .values(params('tokenHash', 'userId', 'createdAt', 'lastUsedAt', 'expiresAt'))
    .prepare()
  return (session) => void insert.run({ ...session })
}

/** Sessions that are forgotten in one transaction. */
const maxSwept = 1_000

/** What SQLite takes for no limit. */
const noLimit = -1

const ended = ({ tokenHash }: { tokenHash: string }): Change => ({
  type: 'session',
  tokenHash,
  hasEnded: true,
})
