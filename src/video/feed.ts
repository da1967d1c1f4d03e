import type { Awaitable } from '../lib/awaitable.ts'
import type { Clip, Videos } from '../store/video.ts'

/** Videos of one page. */
const pageSize = 30

/** From here on a time is milliseconds, below it seconds: 1e11 s is the year 5138. */
const firstMillisecond = 1e11

/** The page of the feed that begins at `latestTime`. */
export const feedPage = (videos: Videos, latestTime: number): Awaitable<readonly Clip[]> =>
  videos.feed(untilOf(latestTime), pageSize)

/** The `latest_time` of the page after this one, 0 if there is none. */
export function nextTimeOf(page: readonly Clip[]): number {
  const oldest = page.at(-1)?.video.publishedAt ?? 0
  // No two videos share a millisecond, so one below the oldest is exactly the rest.
  return Math.max(0, oldest - 1)
}

/** The last millisecond that a `latest_time` admits: a second is whole, and 0 means no bound. */
function untilOf(latestTime: number): number {
  if (latestTime === 0) return Number.MAX_SAFE_INTEGER
  return latestTime >= firstMillisecond ? latestTime : latestTime * 1000 + 999
}
