import { desc, eq, lte, sql } from 'drizzle-orm'
import type { Loaders } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { sessions, videos } from '../engine/schema.ts'
import { createListLoaders } from './lists.ts'
import { createMemberLoaders } from './memberships.ts'
import { createMessageLoaders } from './messages.ts'
import { createRecordLoaders } from './records.ts'

const p = sql.placeholder

/** What the caches read when something is not in memory. */
export function createLoaders(db: Handle): Loaders {
  return {
    ...createRecordLoaders(db),
    ...createMessageLoaders(db),
    lists: createListLoaders(db),
    members: createMemberLoaders(db),
    feed: createFeedLoader(db),
    session: createSessionLoader(db),
  }
}

function createFeedLoader(db: Handle): Loaders['feed'] {
  const query = db
    .select({ id: videos.id, publishedAt: sql<number>`${videos.publishedAt}` })
    .from(videos)
    .where(lte(videos.publishedAt, p('until')))
    .orderBy(desc(videos.publishedAt))
    .limit(p('limit'))
    .prepare()
  return (until, limit) => query.all({ until, limit })
}

function createSessionLoader(db: Handle): Loaders['session'] {
  const query = db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, p('tokenHash')))
    .prepare()
  return (tokenHash) => query.get({ tokenHash }) ?? null
}
