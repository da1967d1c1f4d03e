import type { Static } from '@sinclair/typebox'
import type { Call } from '../http/endpoint.ts'
import { answerList } from '../http/list.ts'
import type { Clip, Page, PageRequest, Store } from '../store/store.ts'
import { userCard } from '../user/card.ts'
import type { Video } from './model.ts'

/** A video as the viewer is to see it; `origin` is what absolute URLs start with. */
export function videoCard(
  { video, author }: Clip,
  flags: Flags,
  origin: string,
): Static<typeof Video> {
  return {
    id: video.id,
    author: userCard(author, flags.followed.has(author.id), origin),
    play_url: `${origin}/${video.video}`,
    cover_url: `${origin}/${video.cover}`,
    favorite_count: video.favoriteCount,
    comment_count: video.commentCount,
    is_favorite: flags.liked.has(video.id),
    title: video.title,
  }
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
    return clips.map((clip) => videoCard(clip, flags, call.origin))
  })
