import { nanoid } from 'nanoid'
import type { Authenticate } from '../../http/endpoint/auth.ts'
import type { Log } from '../../http/server/log.ts'
import { after } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import type { Session } from '../../store/session.ts'
import type { Store } from '../../store/store.ts'

const dayMs = 24 * 60 * 60 * 1000

/** A session ends after this long without use. */
const idleLifetimeMs = 30 * dayMs

/** And this long after login in any case. */
const maxLifetimeMs = 365 * dayMs

/** A session's last use is stored at most this often, so that most requests write nothing. */
const touchIntervalMs = dayMs / 24

/** How long no last use is stored after that has failed, as on a full disk. */
const touchPauseMs = 60_000

/** Tokens whose hash is cached, 0.2 KB each. The session itself is looked up for each request. */
const maxCachedHashes = 10_000

/** One more session ends the one that was used longest ago. */
const maxSessionsPerUser = 50

/** Makes a session of nobody yet, and its token: 190 random bits that are stored nowhere. */
export function newSession(now = Date.now()): { token: string; session: Omit<Session, 'userId'> } {
  const token = nanoid(32)
  const expiresAt = now + idleLifetimeMs
  return {
    token,
    session: { tokenHash: hashToken(token), createdAt: now, lastUsedAt: now, expiresAt },
  }
}

/**
 * Starts a session and returns its token. With the hash of the password that was checked, it starts
 * only if that is still the user's.
 * @throws AppError user_disabled, user_not_found, wrong_credentials
 */
export async function startSession(
  store: Store,
  userId: number,
  now = Date.now(),
  passwordHash?: string,
): Promise<string> {
  const { token, session } = newSession(now)
  await store.sessions.create({ ...session, userId }, maxSessionsPerUser, passwordHash)
  return token
}

/** Makes the function that finds the viewer of a token; each use moves the end of the session. */
export function authenticator(store: Store, log: Log, clock = Date.now): Authenticate {
  const underWay = new Set<string>()
  let failedAt = -touchPauseMs
  // A clock that was set back ends it too.
  const isPaused = (now: number) => Math.abs(now - failedAt) < touchPauseMs
  /** No response waits for this, and none fails because of it. */
  const touch = async ({ tokenHash, userId, createdAt }: Session, now: number) => {
    if (isPaused(now) || underWay.has(tokenHash)) return
    underWay.add(tokenHash)
    try {
      const expiresAt = Math.min(now + idleLifetimeMs, createdAt + maxLifetimeMs)
      await Promise.all([
        store.sessions.touch(tokenHash, now, expiresAt),
        store.users.seen(userId, now),
      ])
    } catch (error) {
      // Of all that were tried at once, one is told of.
      if (!isPaused(now)) log.failure('session', error)
      failedAt = now
    } finally {
      underWay.delete(tokenHash)
    }
  }
  const hashes = new Lru<string, string>(maxCachedHashes)
  return (token) => {
    const known = hashes.get(token)
    const hash = known ?? hashToken(token)
    // `after`, since every request with a token comes here: see lib/awaitable.ts.
    return after(store.sessions.find(hash), (session) => {
      const now = clock()
      if (!session || session.expiresAt <= now) return null
      // Copied, because a slice of a URL keeps all of it in memory. Guessed tokens are not cached.
      if (known === undefined) hashes.set(Buffer.from(token).toString(), hash)
      if (now - session.lastUsedAt >= touchIntervalMs) void touch(session, now)
      return { id: session.userId, session: hash }
    })
  }
}

/** SHA-256 in hex, which is stored of a token. It needs no salt, as the token is random. */
export const hashToken = (token: string): string => Bun.SHA256.hash(token, 'hex')
