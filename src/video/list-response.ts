import { openingsOf } from '../http/response/envelope.ts'
import type { Reader } from '../http/response/json-bytes.ts'
import type { ListResponse } from '../http/response/list-response.ts'
import { respondWithList } from '../http/response/paging.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Page, PageRequest } from '../store/page.ts'
import type { Store } from '../store/store.ts'
import type { Clip } from '../store/video.ts'
import { nextTimeOf } from './feed.ts'
import { marksOf, showClips } from './view.ts'

type Call = Reader & { readonly viewer: { readonly id: number } | null }

const openings = openingsOf('video_list', '[')

/** Answers a list of videos as the caller is to see them. */
export const answerClips = (
  store: Store,
  call: Call & { params: { cursor?: string; limit?: number } },
  fetch: (page: PageRequest) => Awaitable<Page<Clip>>,
): Awaitable<Response> =>
  respondWithList(call, openings, fetch, (clips) => viewClips(store, call, clips))

/** Answers a page of the feed. */
export const answerFeed = (store: Store, call: Call, page: readonly Clip[]): Awaitable<Response> =>
  after(viewClips(store, call, page), (view) => view.respond(openings[call.language], tailOf(page)))

// Writing out so long a number takes longer than finding it.
const tails = new WeakMap<readonly Clip[], string>()

function tailOf(page: readonly Clip[]): string {
  const known = tails.get(page)
  if (known !== undefined) return known
  const tail = `],"next_time":${nextTimeOf(page)}}`
  tails.set(page, tail)
  return tail
}

function viewClips(store: Store, call: Call, clips: readonly Clip[]): Awaitable<ListResponse> {
  const list = showClips(clips)
  return after(marksOf(store, call.viewer, list), (marked) => list.to(marked, call))
}
