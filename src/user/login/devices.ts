import type { Static } from '@sinclair/typebox'
import { AppError } from '../../errors.ts'
import type { Viewer } from '../../http/endpoint/auth.ts'
import type { Session as SessionRecord, Sessions } from '../../store/session.ts'
import type { Session } from './model.ts'

/** The sessions of the viewer that haven't ended, the last used first. */
export async function sessionViews(
  sessions: Sessions,
  viewer: Viewer,
): Promise<Static<typeof Session>[]> {
  return (await lasting(sessions, viewer.id)).map(({ tokenHash, createdAt, lastUsedAt }) => ({
    id: idOf(tokenHash),
    create_time: createdAt,
    last_seen: lastUsedAt,
    is_current: tokenHash === viewer.session,
  }))
}

/**
 * Ends one session of the viewer, the present one without an id.
 * @throws AppError session_not_found, also for one of somebody else
 */
export async function endSession(
  sessions: Sessions,
  viewer: Viewer,
  id: string = idOf(viewer.session),
): Promise<void> {
  const found = (await lasting(sessions, viewer.id)).find(({ tokenHash }) => idOf(tokenHash) === id)
  if (!found) throw new AppError('session_not_found')
  await sessions.end(found.tokenHash)
}

async function lasting(sessions: Sessions, userId: number): Promise<readonly SessionRecord[]> {
  const now = Date.now()
  return (await sessions.ofUser(userId)).filter(({ expiresAt }) => expiresAt > now)
}

/** What a session is called: a part of the hash, which opens nothing. */
const idOf = (tokenHash: string): string => tokenHash.slice(0, 16)
