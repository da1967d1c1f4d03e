import type { Static } from '@sinclair/typebox'
import { type Awaitable, after } from '../awaitable.ts'
import type { Language } from '../errors.ts'
import { encode, type Reader } from '../http/encoded.ts'
import { keepEncoded, keepEncodedLists } from '../http/encoder.ts'
import type { Clip, Store, User } from '../store/store.ts'
import { userCard } from '../user/card.ts'
import { followedBy } from '../user/followed.ts'
import type { Video } from './model.ts'
import { refusalOf } from './refusal.ts'

/** What the viewer has to do with the videos and authors of a page. */
export interface Flags {
  readonly liked: ReadonlySet<number>
  readonly followed: ReadonlySet<number>
}

/** A video as the reader is to see it. */
export function videoCard(
  { video, author }: Clip,
  { isFavorite, isFollow }: { isFavorite: boolean; isFollow: boolean },
  { origin, language }: Reader,
): Static<typeof Video> {
  return {
    id: video.id,
    author: userCard(author, isFollow, origin),
    play_url: `${origin}/${video.video}`,
    cover_url: `${origin}/${video.cover}`,
    favorite_count: video.favoriteCount,
    comment_count: video.commentCount,
    is_favorite: isFavorite,
    title: titleOf(video, language),
  }
}

/**
 * The title; of a video that only its author sees, with the reason in front, since the title is the
 * one text that the app shows of a video in a list.
 */
function titleOf({ title, state, failure }: Clip['video'], language: Language): string {
  if (state === 'ready') return title
  if (state === 'failed') return `【${refusalOf(failure).text(language)}】${title}`
  return `【${language === 'zh' ? '处理中' : 'processing'}】${title}`
}

const FAVORITE = 1
const FOLLOW = 2

const encodeKept = keepEncoded((clip: Clip, variant, reader) => {
  const flags = { isFavorite: (variant & FAVORITE) !== 0, isFollow: (variant & FOLLOW) !== 0 }
  return encode(videoCard(clip, flags, reader))
})

/** The entries of a list of videos, encoded. */
export const encodeClips = keepEncodedLists(
  (clip: Clip, variant, reader) => encodeKept(lasting(clip), variant, reader),
  ({ video, author }, { liked, followed }: Flags) =>
    (liked.has(video.id) ? FAVORITE : 0) + (followed.has(author.id) ? FOLLOW : 0),
)

const pairs = new WeakMap<Clip['video'], { author: User; clip: Clip }>()

/** One object for the same two records: a pair is made anew for each list. */
function lasting(clip: Clip): Clip {
  const known = pairs.get(clip.video)
  if (known?.author === clip.author) return known.clip
  pairs.set(clip.video, { author: clip.author, clip })
  return clip
}

/** What an anonymous viewer has to do with anything. */
export const noFlags: Flags = { liked: new Set(), followed: new Set() }

/** Looks up the flags of a whole page in one go. */
export function flagsFor(
  store: Store,
  viewer: { id: number } | null,
  clips: readonly Clip[],
): Awaitable<Flags> {
  if (viewer === null || clips.length === 0) return noFlags
  const videoIds = clips.map(({ video }) => video.id)
  const authorIds = clips.map(({ author }) => author.id)
  return after(store.favorites.among(viewer.id, videoIds), (liked) =>
    after(followedBy(store, viewer, authorIds), (followed) => ({ liked, followed })),
  )
}
