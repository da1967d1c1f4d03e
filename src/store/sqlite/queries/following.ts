import { and, asc, desc, eq, gt, lte, sql } from 'drizzle-orm'
import type { Handle } from '../engine/handle.ts'
import { follows, videos } from '../engine/schema.ts'

const p = sql.placeholder

/** People whose newest video is looked up in one turn of the event loop: about 5 ms. */
const peopleOfTurn = 2_000

/** Finds the newest videos, until a moment, of whom a user follows, newest first. */
export type FindFollowed = (
  userId: number,
  until: number,
  limit: number,
) => Promise<readonly { readonly id: number; readonly at: number }[]>

/**
 * Binds the search. The newest n videos are by n people at most, and by those n whose newest ones are
 * the newest: so one look at each person followed, and n at each of n, however many videos there are.
 */
export function createFollowedVideos(db: Handle): FindFollowed {
  const shownUntil = lte(videos.publishedAt, p('until'))
  const newest = db
    .select({ at: videos.publishedAt })
    .from(videos)
    .where(and(eq(videos.authorId, follows.toUserId), shownUntil))
    .orderBy(desc(videos.publishedAt))
    .limit(1)
  const people = db
    .select({ id: follows.toUserId, newest: sql<number | null>`(${newest})` })
    .from(follows)
    .where(and(eq(follows.userId, p('userId')), gt(follows.toUserId, p('afterId'))))
    .orderBy(asc(follows.toUserId))
    .limit(peopleOfTurn)
    .prepare()
  const works = db
    .select({ id: videos.id, at: sql<number>`${videos.publishedAt}` })
    .from(videos)
    .where(and(eq(videos.authorId, p('authorId')), shownUntil))
    .orderBy(desc(videos.publishedAt))
    .limit(p('limit'))
    .prepare()

  return async (userId, until, limit) => {
    let leading: { id: number; newest: number }[] = []
    for (let afterId = 0, isMore = true; isMore; ) {
      const some = people.all({ userId, until, afterId })
      for (const { id, newest } of some) if (newest !== null) leading.push({ id, newest })
      leading = leading.toSorted((a, b) => b.newest - a.newest).slice(0, limit)
      isMore = some.length === peopleOfTurn
      afterId = some.at(-1)?.id ?? afterId
      if (isMore) await new Promise(setImmediate)
    }
    return leading
      .flatMap(({ id: authorId }) => works.all({ authorId, until, limit }))
      .toSorted((a, b) => b.at - a.at)
      .slice(0, limit)
  }
}
