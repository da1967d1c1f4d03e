import { api, type Video } from '../lib/api.ts'
import { blocked } from '../lib/blocked.ts'
import { learnVideos } from '../lib/entities.ts'
import { words } from '../lib/language.ts'
import { keep, type Paged, paged } from '../lib/paged.ts'
import { RequestError } from '../lib/request.ts'
import { batch, type Signal, signal } from '../lib/signals.ts'
import { type FeedPage, takeFeed } from '../lib/start.ts'
import { toast } from '../lib/toast.ts'

/** A list of videos that a player goes through. */
export interface Source {
  readonly list: Paged<Video>
  /** Where in the list one is. */
  readonly index: Signal<number>
  /** How many entries were put in front of the list: the others stay where they are on the screen. */
  readonly origin: Signal<number>
  /** The address of a video in this list. */
  path(video: Video): string
}

export const videoKey = (video: Video) => video.id

/** The feed, newest first; with a video to begin with, the feed goes on around that. */
export function feedSource(videoId?: number): Source {
  return keep(`feed/${videoId ?? ''}`, () => makeFeed(videoId))
}

function makeFeed(videoId: number | undefined): Source {
  const index = signal(0)
  const origin = signal(0)
  let given = takeFeed()
  const list = paged(async (cursor) => {
    const asked = performance.now()
    const seek = cursor === undefined && !given && videoId !== undefined
    const page = given ?? (await (seek ? pageFrom(videoId) : readFeed(cursor)))
    given = undefined
    learnVideos(page.video_list, asked)
    return {
      items: notBlocked(page.video_list),
      next: page.next_time === 0 ? '' : String(page.next_time),
    }
  }, videoKey)
  const more = async () => {
    await list.more()
    if (videoId !== undefined) void around(videoId, list.items, { index, origin })
  }
  return { list: { ...list, more }, index, origin, path: (video) => `/video/${video.id}` }
}

const readFeed = (until: string | undefined): Promise<FeedPage> =>
  api.feed({ latest_time: until === undefined ? undefined : Number(until) })

const videoNotFound = 3001

/** The feed from one video on; if that is gone, it is said, and the feed is there all the same. */
async function pageFrom(videoId: number): Promise<FeedPage> {
  try {
    const { video } = await api.video({ video_id: videoId })
    return { video_list: [video], next_time: video.create_time - 1 }
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== videoNotFound) throw error
    toast(words.value.videoGone)
    return readFeed(undefined)
  }
}

/** Videos without those of whom the viewer has blocked. */
export const notBlocked = (list: readonly Video[]): readonly Video[] =>
  list.filter(({ author }) => !blocked.peek().has(author.id))

/** Takes the videos of whom the viewer has blocked out of a list; what is on the screen stays there. */
export function leaveOutBlocked({ list: { items }, index, origin }: Source): void {
  const all = items.value
  const left = notBlocked(all)
  if (left.length === all.length) return
  const at = index.peek()
  const before = at - notBlocked(all.slice(0, at)).length
  batch(() => {
    items.value = left
    index.value = Math.max(0, Math.min(at - before, left.length - 1))
    origin.value -= before
  })
}

const joined = new WeakSet<object>()

/** Pages of the feed in which a video is looked for, to put what is newer in front of it. */
const newerPages = 3

/** Puts the newer videos in front of the one that the feed began with, unless that is too old. */
async function around(
  videoId: number,
  items: { value: readonly Video[] },
  { index, origin }: Pick<Source, 'index' | 'origin'>,
): Promise<void> {
  if (joined.has(items)) return
  joined.add(items)
  const newer: Video[] = []
  let until: number | undefined
  for (let page = 0; page < newerPages && until !== 0; page++) {
    const asked = performance.now()
    const read = await api.feed({ latest_time: until }).catch(() => null)
    if (!read) return
    learnVideos(read.video_list, asked)
    newer.push(...read.video_list)
    until = read.next_time
    const at = newer.findIndex(({ id }) => id === videoId)
    if (at === -1) continue
    const known = new Set(items.value.map(videoKey))
    const before = notBlocked(newer.slice(0, at)).filter(({ id }) => !known.has(id))
    batch(() => {
      items.value = [...before, ...items.value]
      index.value += before.length
      origin.value += before.length
    })
    return
  }
}
