import { Lru } from '../../lib/lru.ts'
import type { Clip } from '../video.ts'
import type { Engine } from './engine.ts'
import { sameIfEqual } from './page.ts'

/** The feed: the newest videos by an index in memory, the rest by the one in the file. */
export interface Feed {
  /** The same array as before, as long as nothing in it changed. */
  page(until: number, limit: number): readonly Clip[]
  /** To be called once a video is visible on disk. */
  added(id: number, publishedAt: number): void
  /** To be called in the write that removes a visible video. */
  removed(): void
}

/** Newest videos in the index: 16 bytes each. */
const indexed = 100_000

/** Pages kept: 20 KB each with the answer made of one. */
const pagesKept = 2_048

/** Reads the index when the first page is asked for. */
export function createFeed({
  raw,
  records,
  freshness,
}: Pick<Engine, 'raw' | 'records' | 'freshness'>): Feed {
  const query = raw.prepare<{ id: number; at: number }, [number, number]>(
    `SELECT id, published_at AS at FROM videos WHERE published_at <= ?
     ORDER BY published_at DESC LIMIT ?`,
  )
  const pages = new Lru<number, { version: number; limit: number; clips: readonly Clip[] }>(
    pagesKept,
  )
  // Both in the order of publishing, so that a new video goes to the end.
  let index: { times: number[]; ids: number[]; complete: boolean } | null = null
  const forget = () => {
    index = null
    pages.clear()
  }
  freshness.onForeignWrite(forget)

  const load = () => {
    const rows = query.all(Number.MAX_SAFE_INTEGER, indexed).reverse()
    return {
      times: rows.map((row) => row.at),
      ids: rows.map((row) => row.id),
      complete: rows.length < indexed,
    }
  }

  const idsOf = (until: number, limit: number): number[] => {
    index ??= load()
    const end = firstAfter(index.times, until)
    if (end >= limit || index.complete) {
      return index.ids.slice(Math.max(0, end - limit), end).reverse()
    }
    return query.all(until, limit).map((row) => row.id)
  }

  return {
    page(until, limit) {
      freshness.check()
      index ??= load()
      // Moments between the same two videos mean the same page.
      const end = firstAfter(index.times, until)
      const key = end === 0 ? until : (index.times[end - 1] as number)
      const known = pages.get(key)
      if (known && known.version === records.version && known.limit === limit) return known.clips
      const clips = sameIfEqual(known?.clips, records.clips(idsOf(key, limit)))
      pages.set(key, { version: records.version, limit, clips })
      return clips
    },

    added(id, publishedAt) {
      if (index === null) return
      if (publishedAt <= (index.times.at(-1) ?? 0)) return forget()
      index.times.push(publishedAt)
      index.ids.push(id)
      if (index.ids.length < 2 * indexed) return
      index.times.splice(0, indexed)
      index.ids.splice(0, indexed)
      index.complete = false
    },

    removed: forget,
  }
}

/** How many of the ascending times are not after `until`. */
function firstAfter(times: readonly number[], until: number): number {
  let low = 0
  let high = times.length
  // Most ask for the newest.
  if (until >= (times.at(-1) ?? 0)) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) <= until) low = middle + 1
    else high = middle
  }
  return low
}
