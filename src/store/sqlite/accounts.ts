import { AppError } from '../../errors.ts'
import type { Accounts } from '../user.ts'
import { createDissolution } from './dissolution.ts'
import type { Engine } from './engine.ts'

/** The queries of port `Accounts`. */
export function createAccounts(engine: Engine): Accounts {
  const { raw, commit, freshness, now } = engine
  const setPassword = raw.prepare<null, { userId: number; passwordHash: string }>(
    'UPDATE users SET password_hash = $passwordHash WHERE id = $userId',
  )
  const setDisabled = raw.prepare<null, { userId: number; at: number | null }>(
    'UPDATE users SET disabled_at = $at WHERE id = $userId AND removing_at IS NULL',
  )
  const setRemoving = raw.prepare<null, { userId: number; at: number }>(
    `UPDATE users SET disabled_at = coalesce(disabled_at, $at),
       removing_at = coalesce(removing_at, $at) WHERE id = $userId`,
  )
  const endSessions = raw.prepare<{ tokenHash: string }, [number]>(
    'DELETE FROM sessions WHERE user_id = ? RETURNING token_hash AS tokenHash',
  )
  const removals = raw.prepare<{ id: number }, []>(
    'SELECT id FROM users WHERE removing_at IS NOT NULL ORDER BY id',
  )
  const dissolve = createDissolution(engine)

  /** Changes the row of a user and ends the sessions, or neither. */
  const change = (userId: number, update: () => { changes: number }, keepSessions = false) =>
    commit(() => {
      if (update().changes === 0) throw new AppError('user_not_found')
      if (!keepSessions) endSessions.all(userId)
      // Seldom enough that all may be read anew, and then nothing can have been overlooked.
      freshness.forget()
    })

  return {
    setPassword: (userId, passwordHash) =>
      change(userId, () => setPassword.run({ userId, passwordHash })),

    setDisabled: (userId, on) =>
      change(userId, () => setDisabled.run({ userId, at: on ? now() : null }), !on),

    endSessions: (userId) =>
      commit(() => {
        freshness.forget()
        return endSessions.all(userId).length
      }),

    beginRemoval: (userId) => change(userId, () => setRemoving.run({ userId, at: now() })),

    removeSome: (userId) =>
      commit(() => {
        freshness.forget()
        return dissolve(userId)
      }),

    removals: async () => removals.all().map((row) => row.id),
  }
}
