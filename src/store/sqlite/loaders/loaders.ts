import { eq, sql } from 'drizzle-orm'
import type { Turn } from '../../../lib/turns/turns.ts'
import type { Loaders } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { sessions } from '../engine/schema.ts'
import { createListLoaders } from './lists.ts'
import { createMemberLoaders } from './memberships.ts'
import { createMessageLoaders } from './messages.ts'
import { createRecordLoaders } from './records.ts'

const p = sql.placeholder

/** What the caches read when something is not in memory. */
export function createLoaders(db: Handle, turn: Turn): Loaders {
  return {
    ...createRecordLoaders(db),
    ...createMessageLoaders(db),
    lists: createListLoaders(db, turn),
    members: createMemberLoaders(db),
    session: createSessionLoader(db),
  }
}

function createSessionLoader(db: Handle): Loaders['session'] {
  const query = db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, p('tokenHash')))
    .prepare()
  return (tokenHash) => query.get({ tokenHash }) ?? null
}
