import type { Awaitable } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import type { Session } from '../session.ts'
import type { Loaders } from './loaders.ts'
import { createLoads } from './loads.ts'

/** The sessions last used. A token that is none is never remembered. */
export interface SessionCache {
  find(tokenHash: string): Awaitable<Session | null>
  forget(tokenHash: string): void
  clear(): void
}

/** Sessions kept in memory: about 0.3 KB each. */
const maxSessions = 10_000

/** Starts with nothing in memory. */
export function createSessionCache(load: Loaders['session']): SessionCache {
  const kept = new Lru<string, Session>(maxSessions)
  const loads = createLoads<string>()
  const loadSession = (tokenHash: string) =>
    loads.run(
      () => load(tokenHash),
      (session, isFresh) => {
        if (session && isFresh(tokenHash)) kept.set(tokenHash, session)
      },
    )
  return {
    find: (tokenHash) => kept.get(tokenHash) ?? loadSession(tokenHash),
    forget(tokenHash) {
      kept.delete(tokenHash)
      loads.announce(tokenHash)
    },
    clear() {
      kept.clear()
      loads.announceAll()
    },
  }
}
