import type { Static } from '@sinclair/typebox'
import type { Language } from '../errors.ts'
import type { Call } from '../http/endpoint.ts'
import { answerList } from '../http/list.ts'
import type { Clip, Page, PageRequest, Store } from '../store/store.ts'
import { userCard } from '../user/card.ts'
import type { Video } from './model.ts'
import { refusalOf } from './transcode.ts'

/** A video as the caller is to see it. */
export function videoCard(
  { video, author }: Clip,
  flags: Flags,
  { origin, language }: Pick<Call, 'origin' | 'language'>,
): Static<typeof Video> {
  return {
    id: video.id,
    author: userCard(author, flags.followed.has(author.id), origin),
    play_url: `${origin}/${video.video}`,
    cover_url: `${origin}/${video.cover}`,
    favorite_count: video.favoriteCount,
    comment_count: video.commentCount,
    is_favorite: flags.liked.has(video.id),
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

/** What the viewer has to do with the videos and authors of a page. */
export interface Flags {
  readonly liked: ReadonlySet<number>
  readonly followed: ReadonlySet<number>
}

/** Looks up the flags of a whole page in one go; an anonymous viewer has none. */
export async function flagsFor(
  store: Store,
  viewer: { id: number } | null,
  clips: readonly Clip[],
): Promise<Flags> {
  if (viewer === null || clips.length === 0) return { liked: new Set(), followed: new Set() }
  const [liked, followed] = await Promise.all([
    store.favorites.among(
      viewer.id,
      clips.map(({ video }) => video.id),
    ),
    store.relations.among(viewer.id, [...new Set(clips.map(({ author }) => author.id))]),
  ])
  return { liked, followed }
}

/** Answers a list of videos as the caller is to see them. */
export const answerClips = (
  store: Store,
  call: Pick<Call, 'language' | 'origin'> & {
    viewer: { id: number } | null
    params: { cursor?: string; limit?: number }
  },
  fetch: (page: PageRequest) => Promise<Page<Clip>>,
) =>
  answerList(call, 'video_list', fetch, async (clips) => {
    const flags = await flagsFor(store, call.viewer, clips)
    return clips.map((clip) => videoCard(clip, flags, call))
  })
