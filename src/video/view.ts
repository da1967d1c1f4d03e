import type { Static } from '@sinclair/typebox'
import type { Language } from '../errors.ts'
import { jsonBytes, type Reader } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import {
  type FlaggableList,
  type FlaggedIds,
  listResponses,
} from '../http/response/list-response.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Store } from '../store/store.ts'
import type { Clip } from '../store/video.ts'
import { followedBy } from '../user/followed.ts'
import { userCard } from '../user/view.ts'
import { refusalOf } from './failure.ts'
import type { Video } from './model.ts'

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

/** Lists of videos; a viewer's marks are the videos liked, and the authors followed. */
export const showClips = listResponses(
  cacheJson((clip: Clip, variant, reader) => {
    const flags = { isFavorite: (variant & FAVORITE) !== 0, isFollow: (variant & FOLLOW) !== 0 }
    return jsonBytes(videoCard(clip, flags, reader))
  }),
  ({ video }) => video.id,
  ({ author }) => author.id,
)

/** The marks of a viewer in a list of videos, looked up in one go; of an anonymous one, none. */
export function marksOf(
  store: Store,
  viewer: { id: number } | null,
  { ids: [videoIds = [], authorIds = []] }: FlaggableList,
): Awaitable<readonly FlaggedIds[]> {
  if (viewer === null || videoIds.length === 0) return []
  return after(store.favorites.among(viewer.id, videoIds), (liked) =>
    after(followedBy(store, viewer, authorIds), (followed) => [liked, followed]),
  )
}
