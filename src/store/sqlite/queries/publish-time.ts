import { sql } from 'drizzle-orm'
import type { QueryContext } from '../engine/query-context.ts'
import { videos } from '../engine/schema.ts'

/**
 * Makes the function that draws the time of something that becomes visible now: the clock's, or one
 * millisecond after the newest if that is taken already, so that no two videos share one.
 */
export function createPublishTime({ db, now }: Pick<QueryContext, 'db' | 'now'>): () => number {
  const newest = db
    .select({ at: sql<number | null>`max(${videos.publishedAt})` })
    .from(videos)
    .prepare()
  return () => Math.max(now(), (newest.get()?.at ?? 0) + 1)
}
