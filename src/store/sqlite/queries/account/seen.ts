import { eq, sql } from 'drizzle-orm'
import type { Change } from '../../../cache/change.ts'
import type { Handle } from '../../engine/handle.ts'
import { users } from '../../engine/schema.ts'

const p = sql.placeholder

/** Notes when a user was here last, within a commit. */
export function createSeen(db: Handle): (id: number, at: number) => Change {
  const seen = db
    .update(users)
    .set({ lastSeenAt: sql`max(${users.lastSeenAt}, ${p('at')})` })
    .where(eq(users.id, p('id')))
    .prepare()
  return (id, at) => {
    seen.run({ id, at })
    return { type: 'user', id }
  }
}
