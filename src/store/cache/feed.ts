import { type Awaitable, after } from '../../lib/awaitable.ts'
import type { Clip } from '../video.ts'
import type { List } from './lists.ts'

/** The moment of the first page, later than any. */
const top = Number.MAX_SAFE_INTEGER

/**
 * The feed, each page of which is kept as the list of a moment: what was published until then. Every
 * moment from the newest video on is the first page, so a new video changes that one alone.
 */
export function createFeed(moments: List<Clip>, forgetAll: () => void) {
  let newest = 0
  const pageAt = (until: number, limit: number): Awaitable<readonly Clip[]> =>
    after(moments.page(until, { cursor: null, limit }), ({ items }) => items)

  return {
    page: (until: number, limit: number) =>
      after(pageAt(top, limit), (first) => {
        newest = first[0]?.video.publishedAt ?? 0
        return until >= newest ? first : pageAt(until, limit)
      }),

    added(publishedAt: number) {
      if (publishedAt > newest) moments.forget(top)
      else forgetAll()
    },
  }
}
