import { after } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import { sameIfEqual } from '../../lib/same-if-equal.ts'
import type { Clip } from '../video.ts'
import type { Loaders } from './loaders.ts'
import type { Records } from './records.ts'
import { createLoads } from './stale-loads.ts'

/** Newest videos in the index, 16 bytes each: few scroll further, and the engine has the rest. */
const maxIndexed = 2_000

/** Pages kept: 20 KB each with the response made of one. */
const maxPages = 2_048

interface Index {
  /** Both in the order of publishing, so that a new video goes to the end. */
  readonly times: number[]
  readonly ids: number[]
  isComplete: boolean
}

/**
 * The feed: the newest videos by an index in memory, which is read when the first page is asked for;
 * the rest as the engine has them. A page is the same array as before, as long as nothing in it
 * changed.
 */
export function createFeed(loadFeed: Loaders['feed'], records: Records) {
  const pages = new Lru<number, { version: number; limit: number; clips: readonly Clip[] }>(
    maxPages,
  )
  const loads = createLoads<'index'>()
  let index: Index | null = null

  const load = () =>
    loads.run(
      async () => {
        const rows = (await loadFeed(Number.MAX_SAFE_INTEGER, maxIndexed)).toReversed()
        return {
          times: rows.map(({ publishedAt }) => publishedAt),
          ids: rows.map(({ id }) => id),
          isComplete: rows.length < maxIndexed,
        }
      },
      (loaded, isFresh) => {
        if (isFresh('index')) index = loaded
      },
    )

  const pageOf = ({ times, ids, isComplete }: Index, until: number, limit: number) => {
    // Times between the same two videos mean the same page.
    const end = firstAfter(times, until)
    const key = end === 0 ? until : (times[end - 1] as number)
    const known = pages.get(key)
    if (known && known.version === records.version && known.limit === limit) return known.clips
    const isIndexed = isComplete || end >= limit
    const shown = isIndexed ? ids.slice(Math.max(0, end - limit), end).toReversed() : null
    const { version } = records
    return after(shown ? records.clips(shown) : loadPage(key, limit), (found) => {
      const clips = sameIfEqual(known?.clips, found)
      pages.set(key, { version, limit, clips })
      return clips
    })
  }

  const loadPage = async (until: number, limit: number) =>
    records.clips((await loadFeed(until, limit)).map(({ id }) => id))

  const clear = () => {
    index = null
    pages.clear()
    loads.announceAll()
  }

  return {
    page: (until: number, limit: number) =>
      after(index ?? load(), (found) => pageOf(found, until, limit)),

    added(videoId: number, publishedAt: number) {
      loads.announce('index')
      if (index === null) return
      if (publishedAt <= (index.times.at(-1) ?? 0)) return clear()
      index.times.push(publishedAt)
      index.ids.push(videoId)
      if (index.ids.length < 2 * maxIndexed) return
      index.times.splice(0, maxIndexed)
      index.ids.splice(0, maxIndexed)
      index.isComplete = false
    },

    clear,
  }
}

/** How many of the ascending times are not after `until`. */
function firstAfter(times: readonly number[], until: number): number {
  let low = 0
  let high = times.length
  // Most requests are for the newest.
  if (until >= (times.at(-1) ?? 0)) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) <= until) low = middle + 1
    else high = middle
  }
  return low
}
