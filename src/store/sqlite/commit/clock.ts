import type { Handle } from '../engine/handle.ts'

/** A session expires so long after its last use, which is noted at most once an hour. */
const sessionMs = 30 * 24 * 3_600_000
const noteMs = 3_600_000

/**
 * The system's clock, Unix ms, and whether it stands before something that is stored already: it was
 * set back. Known from what has an index by time; nearly always it isn't, and nobody has to look
 * further.
 */
export function createClock(db: Handle) {
  const stored = db.read<{ at: number }>(
    `SELECT max(
       coalesce((SELECT max(published_at) FROM videos), 0),
       coalesce((SELECT max(expires_at) FROM sessions) - ${sessionMs}, 0),
       coalesce((SELECT created_at FROM comments WHERE id = (SELECT max(id) FROM comments)), 0),
       coalesce((SELECT created_at FROM messages WHERE id = (SELECT max(id) FROM messages)), 0)) AS at`,
  )
  const ahead = stored.get()?.at ?? 0
  let latest = ahead > Date.now() ? ahead + noteMs : 0
  const now = () => {
    const time = Date.now()
    latest = Math.max(latest, time)
    return time
  }
  return { now, isBehind: () => now() < latest }
}
