import { signal } from './signals.ts'
import { recall, remember } from './storage.ts'

/** Who is logged in on this browser. */
export interface Session {
  readonly userId: number
  readonly token: string
}

function read(text: string | null): Session | null {
  try {
    const { userId, token } = JSON.parse(text ?? 'null') ?? {}
    return typeof userId === 'number' && typeof token === 'string' ? { userId, token } : null
  } catch {
    return null
  }
}

/** Null for whoever only watches. */
export const session = signal<Session | null>(read(recall('session')))

/** Logs in with what the server gave, or out with null. */
export function setSession(next: Session | null): void {
  session.value = next
  remember('session', next && JSON.stringify(next))
}

// Another tab of this browser logs in or out for this one too.
addEventListener('storage', ({ key, newValue }) => {
  if (key === 'douyin.session') session.value = read(newValue)
})
