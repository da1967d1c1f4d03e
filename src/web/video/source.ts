import { api, type Video } from '../lib/api.ts'
import { learnVideos } from '../lib/entities.ts'
import { keep, type Paged, paged } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { batch, type Signal, signal } from '../lib/signals.ts'
import { type FeedPage, start, takeFeed } from '../lib/start.ts'

/** A list of videos that a player goes through. */
export interface Source {
  readonly list: Paged<Video>
  /** Where in the list one is. */
  readonly index: Signal<number>
  /** How many entries were put in front of the list: the others stay where they are on the screen. */
  readonly origin: Signal<number>
  /** Whether the video to begin with wasn't found. */
  readonly missing: Signal<boolean>
  /** The address of a video in this list. */
  path(video: Video): string
}

export const videoKey = (video: Video) => video.id

/** The feed, newest first; with a video to begin with, the feed goes on around that. */
export function feedSource(videoId?: number): Source {
  return keep(videoId === undefined ? 'feed' : `video/${videoId}`, () => makeFeed(videoId))
}

function makeFeed(videoId: number | undefined): Source {
  const index = signal(0)
  const origin = signal(0)
  const missing = signal(videoId !== undefined && start.found === false)
  let given = takeFeed()
  // The flags of what came with the page are nobody's: they are asked for again with the session.
  let reread = given !== undefined && session.peek() !== null
  const list = paged(async (cursor) => {
    const asked = performance.now()
    const seek = cursor === undefined && !given && videoId !== undefined
    const page = given ?? (await (seek ? pagesTo(videoId) : readFeed(cursor)))
    given = undefined
    if (seek) {
      index.value = Math.max(
        0,
        page.video_list.findIndex(({ id }) => id === videoId),
      )
      missing.value = page.video_list[index.value]?.id !== videoId
    }
    learnVideos(page.video_list, asked)
    return { items: page.video_list, next: page.next_time === 0 ? '' : String(page.next_time) }
  }, videoKey)
  const more = async () => {
    await list.more()
    if (reread) void readFlags()
    reread = false
    if (videoId !== undefined) void around(videoId, list.items, { index, origin })
  }
  return { list: { ...list, more }, index, origin, missing, path: (video) => `/video/${video.id}` }
}

const readFeed = (until: string | undefined): Promise<FeedPage> =>
  api.feed({ latest_time: until === undefined ? undefined : Number(until) })

/** How many pages a video is looked for that the page didn't come with. */
const soughtPages = 10

/** The feed up to the page that has a video. */
async function pagesTo(videoId: number): Promise<FeedPage> {
  const found: Video[] = []
  let until: number | undefined
  for (let at = 0; at < soughtPages; at++) {
    const page = await api.feed({ latest_time: until })
    found.push(...page.video_list)
    until = page.next_time
    if (until === 0 || page.video_list.some(({ id }) => id === videoId)) break
  }
  return { video_list: found, next_time: until ?? 0 }
}

/** Pages of the feed that are read again for the flags of whoever has logged in. */
const flagPages = 3

/** Asks what the viewer likes and follows among the videos of the feed. */
export async function readFlags(): Promise<void> {
  let until: number | undefined
  for (let at = 0; at < flagPages && until !== 0; at++) {
    const asked = performance.now()
    const page = await api.feed({ latest_time: until }).catch(() => null)
    if (!page) return
    learnVideos(page.video_list, asked)
    until = page.next_time
  }
}

const joined = new WeakSet<object>()

/** Puts the newer videos in front of the one that the feed began with, as far as one page has them. */
async function around(
  videoId: number,
  items: { value: readonly Video[] },
  { index, origin }: Pick<Source, 'index' | 'origin'>,
): Promise<void> {
  if (joined.has(items)) return
  joined.add(items)
  const asked = performance.now()
  const { video_list: newest } = await api.feed({ latest_time: undefined }).catch(() => ({
    video_list: [],
  }))
  learnVideos(newest, asked)
  const at = newest.findIndex(({ id }) => id === videoId)
  if (at <= 0) return
  const newer = newest.slice(0, at)
  const known = new Set(items.value.map(videoKey))
  const before = newer.filter(({ id }) => !known.has(id))
  batch(() => {
    items.value = [...before, ...items.value]
    index.value += before.length
    origin.value += before.length
  })
}
