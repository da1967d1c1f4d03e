import type { User, Video } from './api.ts'

/** A page of a feed. */
export interface FeedPage {
  readonly video_list: readonly Video[]
  readonly next_time: number
}

/** What came with the page: see `server/routes.ts`. */
interface Start {
  readonly version: string
  /** The styles of everything but the feed: the name of a file. */
  readonly style: string
  /** The files that `app/live.ts` consists of. */
  readonly live: readonly string[]
  /** Addresses for a phone, for a person at the machine itself. */
  readonly addresses: readonly string[]
  readonly feed?: FeedPage
  readonly user?: User
}

const element = document.getElementById('start')

export const start: Start = JSON.parse(element?.textContent || '{}')

let feed = start.feed

/** The videos that came with the page; only once, since a later visit wants the newest. */
export function takeFeed(): FeedPage | undefined {
  const taken = feed
  feed = undefined
  return taken
}
