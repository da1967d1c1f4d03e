import { AppError } from '../errors.ts'
import { openingsOf } from '../http/response/envelope.ts'
import type { Reader } from '../http/response/json-bytes.ts'
import type { FlaggableList, ListResponse } from '../http/response/list-response.ts'
import { type ListCall, respondWithList } from '../http/response/paging.ts'
import { type Awaitable, after, both } from '../lib/awaitable.ts'
import type { StampedSet } from '../lib/stamped-set.ts'
import type { Page, PageRequest } from '../store/page.ts'
import type { Store } from '../store/store.ts'
import type { Clip } from '../store/video.ts'
import { followedAmong } from '../user/follow-flags.ts'
import { videoLists } from './view.ts'

/** Who asks, and for what origin and language. */
export type VideoCall = Reader & {
  readonly viewer: { readonly id: number } | null
  readonly request: Request
}

/** How every response with videos begins. */
export const videoListOpenings = openingsOf('video_list', '[')

/** Whose each of the videos is; made once for a list that is kept. */
export const authorIdsOf = (videos: readonly Clip[]): readonly number[] =>
  videoLists(videos).ids[1] ?? []

/** Responds with a list of videos: `fetch` reads a page of it. */
export function respondVideos(
  store: Store,
  call: VideoCall & ListCall,
  fetch: (page: PageRequest) => Awaitable<Page<Clip>>,
): Awaitable<Response> {
  return respondWithList(call, videoListOpenings, fetch, (videos) => withFlags(store, call, videos))
}

/** A list in which `is_favorite` and `is_follow` are right for the caller. */
export function withFlags(
  store: Store,
  call: VideoCall,
  videos: readonly Clip[],
): Awaitable<ListResponse> {
  const list = videoLists(videos)
  return after(flagsOf(store, call.viewer, list), (flags) => list.to(flags, call))
}

const videoOpenings = openingsOf('video')

/**
 * Responds with one video, flagged for the caller. @throws AppError video_not_found, also if only its
 * author sees it
 */
export async function respondVideo(store: Store, call: VideoCall, id: number): Promise<Response> {
  const clip = await store.videos.byId(id)
  const isShown = clip?.video.publishedAt !== null || clip.author.id === call.viewer?.id
  if (!clip || !isShown) throw new AppError('video_not_found')
  const list = await withFlags(store, call, [clip])
  return list.respond(videoOpenings[call.language], '}')
}

function flagsOf(
  { favorites, relations }: Store,
  viewer: VideoCall['viewer'],
  { ids: [videoIds = [], authorIds = []] }: FlaggableList,
): Awaitable<readonly StampedSet[]> {
  if (viewer === null || videoIds.length === 0) return []
  return both(favorites.among(viewer.id, videoIds), followedAmong(relations, viewer, authorIds))
}
