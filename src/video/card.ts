import type { Static } from '@sinclair/typebox'
import { type Awaitable, after } from '../awaitable.ts'
import type { Language } from '../errors.ts'
import { encode, type Reader } from '../http/encoded.ts'
import { keepEncoded } from '../http/encoder.ts'
import { type Marked, type Shown, showLists } from '../http/shown.ts'
import type { Clip, Store, User } from '../store/store.ts'
import { userCard } from '../user/card.ts'
import { followedBy } from '../user/followed.ts'
import type { Video } from './model.ts'
import { refusalOf } from './refusal.ts'

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

/** Lists of videos; a viewer's marks are the videos liked, and the authors followed. */
export const showClips = showLists(
  (clip: Clip, variant, reader) => encodeKept(lasting(clip), variant, reader),
  ({ video }) => video.id,
  ({ author }) => author.id,
)

const pairs = new WeakMap<Clip['video'], { author: User; clip: Clip }>()

/** One object for the same two records: a pair is made anew for each list. */
function lasting(clip: Clip): Clip {
  const known = pairs.get(clip.video)
  if (known?.author === clip.author) return known.clip
  pairs.set(clip.video, { author: clip.author, clip })
  return clip
}

/** The marks of a viewer in a list of videos, looked up in one go; of an anonymous one, none. */
export function marksOf(
  store: Store,
  viewer: { id: number } | null,
  { ids: [videoIds = [], authorIds = []] }: Shown,
): Awaitable<readonly Marked[]> {
  if (viewer === null || videoIds.length === 0) return []
  return after(store.favorites.among(viewer.id, videoIds), (liked) =>
    after(followedBy(store, viewer, authorIds), (followed) => [liked, followed]),
  )
}
