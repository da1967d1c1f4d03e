import type { User, Video } from './api.ts'
import { type Signal, signal } from './signals.ts'

// One video may be on several screens, and one author under many videos: what changes about them is
// kept once, so that a like or a follow shows everywhere at the same moment.

/** What changes about a video, and whose it is. */
export interface VideoState {
  readonly authorId: number
  readonly title: string
  readonly liked: boolean
  readonly likes: number
  readonly comments: number
}

const videos = new Map<number, Signal<VideoState>>()
const follows = new Map<number, Signal<boolean>>()
/** Beyond that, the oldest are forgotten: nothing on the screen is that old. */
const maxKept = 2000

function kept<T>(map: Map<number, Signal<T>>, id: number, initial: T): Signal<T> {
  const known = map.get(id)
  if (known) return known
  const made = signal(initial)
  map.set(id, made)
  const [oldest] = map.keys()
  if (map.size > maxKept && oldest !== undefined) map.delete(oldest)
  return made
}

const stateOf = (video: Video): VideoState => ({
  authorId: video.author.id,
  title: video.title,
  liked: video.is_favorite,
  likes: video.favorite_count,
  comments: video.comment_count,
})

/** What is known of a video now. */
export const videoState = (video: Video): Signal<VideoState> =>
  kept(videos, video.id, stateOf(video))

type Followed = Pick<User, 'id' | 'is_follow'>

/** Whether one follows a user, as known now. */
export const followState = (user: Followed): Signal<boolean> =>
  kept(follows, user.id, user.is_follow)

/**
 * When something was last changed here: an answer to a question of before is older than that. Ids of
 * users are negative.
 */
const changed = new Map<number, number>()

const isNewer = (id: number, asked: number): boolean => (changed.get(id) ?? 0) < asked

/**
 * Waits until the server has heard of a change; whatever it says until then is not newer.
 * @param id of a video, or of a user with a minus
 */
export function telling(id: number, told: Promise<unknown>): Promise<unknown> {
  changed.set(id, Number.POSITIVE_INFINITY)
  return told.finally(() => changed.set(id, performance.now()))
}

/** Takes what the server has said about videos and their authors. @param asked `performance.now()` */
export function learnVideos(list: readonly Video[], asked: number): void {
  for (const video of list) {
    if (isNewer(video.id, asked)) videoState(video).value = stateOf(video)
    learnUsers([video.author], asked)
  }
}

/** Takes what the server has said about users. @param asked `performance.now()` */
export function learnUsers(list: readonly User[], asked: number): void {
  for (const user of list) {
    if (isNewer(-user.id, asked)) followState(user).value = user.is_follow
  }
}

/** Changes what is known of a video, if anything is. */
export function changeVideo(id: number, make: (state: VideoState) => VideoState): void {
  const known = videos.get(id)
  if (known) known.value = make(known.peek())
  changed.set(id, performance.now())
}

/** Changes whether one follows a user. */
export function changeFollow(user: Followed, on: boolean): void {
  followState(user).value = on
  changed.set(-user.id, performance.now())
}

/** Forgets what belongs to one viewer, when another one logs in. */
export function forgetFlags(): void {
  for (const known of videos.values()) known.value = { ...known.peek(), liked: false }
  for (const known of follows.values()) known.value = false
}

/** What is known of a video by its id, if anything is. */
export const knownState = (id: number): Signal<VideoState> | undefined => videos.get(id)
