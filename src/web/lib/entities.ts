import type { User, Video } from './api.ts'
import { showError } from './request.ts'
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

/** When another one logged in or out, if at all: what was asked before is about somebody else. */
export let forgotten = 0

/** What the server is being told, by the same ids, and what it knows of that so far. */
let told = new Map<number, boolean>()

const isNewer = (id: number, asked: number): boolean =>
  !told.has(id) && (changed.get(id) ?? forgotten) <= asked

/**
 * Shows a wish at once and tells the server of it; what that refuses is undone. Of several wishes in
 * a row the last is told, after the one before was heard: two at a time could arrive in either order.
 * @param id of a video, or of a user with a minus
 */
export async function tell(
  id: number,
  on: boolean,
  show: (on: boolean) => void,
  shown: () => boolean,
  send: (on: boolean) => Promise<unknown>,
): Promise<void> {
  const mine = told
  show(on)
  if (mine.has(id)) return
  mine.set(id, !on)
  try {
    // Of another one who has logged in, nothing is told.
    for (let wish = on; mine === told && mine.get(id) !== wish; wish = shown()) {
      await send(wish)
      mine.set(id, wish)
    }
  } catch (error) {
    if (mine === told) show(!!mine.get(id))
    showError(error)
  }
  mine.delete(id)
  if (mine === told) changed.set(id, performance.now())
}

/** Takes what the server has said about videos and their authors. @param asked `performance.now()` */
export function learnVideos(list: readonly Video[], asked: number): void {
  for (const video of list) {
    const state = kept(videos, video.id, { ...stateOf(video), liked: false })
    if (isNewer(video.id, asked)) state.value = stateOf(video)
    learnUsers([video.author], asked)
  }
}

/** Takes what the server has said about users. @param asked `performance.now()` */
export function learnUsers(list: readonly User[], asked: number): void {
  for (const user of list) {
    const state = kept(follows, user.id, false)
    if (isNewer(-user.id, asked)) state.value = user.is_follow
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
  told = new Map()
  changed.clear()
  forgotten = performance.now()
  for (const known of videos.values()) known.value = { ...known.peek(), liked: false }
  for (const known of follows.values()) known.value = false
}

/** What is known of a video by its id, if anything is. */
export const knownState = (id: number): Signal<VideoState> | undefined => videos.get(id)
