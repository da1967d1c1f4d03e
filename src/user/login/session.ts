import { nanoid } from 'nanoid'
import type { Authenticate } from '../../http/endpoint/auth.ts'
import type { Log } from '../../http/server/log.ts'
import { after } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import type { Session } from '../../store/session.ts'
import type { Store } from '../../store/store.ts'

const day = 24 * 60 * 60 * 1000

/** A session ends after this long without use. */
const idleLifetime = 30 * day

/** And this long after login in any case. */
const fullLifetime = 365 * day

/** How much time passes between two notes of use: most requests write nothing. */
const noteInterval = day / 24

/**
 * Tokens whose hash is remembered, 0.2 KB each. Whether the session still stands is asked of the
 * store each time.
 */
const hashesKept = 10_000

/** Devices that stay logged in at once; the one used longest ago makes room. */
const devices = 50

/**
 * Starts a session; the token, 190 bits of chance, exists only in the answer. With the hash of the
 * password that was checked, it starts only if that is the user's still.
 * @throws AppError user_disabled, user_not_found, wrong_credentials
 */
export async function startSession(
  store: Store,
  userId: number,
  now = Date.now(),
  passwordHash?: string,
): Promise<string> {
  const token = nanoid(32)
  const session = {
    tokenHash: hashToken(token),
    userId,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + idleLifetime,
  }
  await store.sessions.create(session, devices, passwordHash)
  return token
}

/** The way from a token to its viewer; each use moves the end of the session. */
export function authenticator(store: Store, log: Log, clock = Date.now): Authenticate {
  const note = (session: Session, now: number) => {
    const expiresAt = Math.min(now + idleLifetime, session.createdAt + fullLifetime)
    // Nobody's answer waits for the note, and none fails because it can't be taken.
    Promise.all([
      store.sessions.touch(session.tokenHash, now, expiresAt),
      store.users.seen(session.userId, now),
    ]).catch((error) => log.failure('session', error))
  }
  const hashes = new Lru<string, string>(hashesKept)
  return (token) => {
    const known = hashes.get(token)
    const hash = known ?? hashToken(token)
    return after(store.sessions.find(hash), (session) => {
      const now = clock()
      if (!session || session.expiresAt <= now) return null
      // A copy, because a piece of a URL keeps the whole of it. Guesses are not worth a place.
      if (known === undefined) hashes.set(Buffer.from(token).toString(), hash)
      if (now - session.lastUsedAt >= noteInterval) note(session, now)
      return { id: session.userId }
    })
  }
}

/** SHA-256 in hex: what is stored of a token. It needs no salt, being random itself. */
export const hashToken = (token: string): string => Bun.SHA256.hash(token, 'hex')
