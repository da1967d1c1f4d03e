import type { Awaitable } from '../lib/awaitable.ts'

/** A login on one device. The token itself is nowhere; `tokenHash` is its SHA-256 in hex. */
export interface Session {
  readonly tokenHash: string
  readonly userId: number
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly expiresAt: number
}

export interface Sessions {
  /**
   * Stores a session, if the hash is still that of the password (if given), and drops the oldest of
   * more than `keep`. @throws AppError user_disabled, user_not_found, wrong_credentials
   */
  create(session: Session, keep: number, passwordHash?: string): Promise<void>
  /**
   * The hashes of the sessions that ended after an earlier `version`, by whichever process; null if any
   * may have. It costs 2 µs to ask.
   */
  endedSince(version: number): { version: number; hashes: readonly string[] | null }
  /** The session, expired ones too. */
  find(tokenHash: string): Awaitable<Session | null>
  /** Ends one session; nothing if there is none. */
  end(tokenHash: string): Promise<void>
  touch(tokenHash: string, lastUsedAt: number, expiresAt: number): Promise<void>
  ofUser(userId: number): Promise<readonly Session[]>
  /** Forgets what expired before `now`; returns how many. */
  sweep(now: number): Promise<number>
}
