import { type Awaitable, after } from '../awaitable.ts'
import {
  type Encoded,
  encodePart,
  joinEntries,
  type Reader,
  respondEntries,
} from '../http/encoded.ts'
import { init, openingsOf } from '../http/envelope.ts'
import { answerList } from '../http/list.ts'
import type { Clip, Page, PageRequest, Store } from '../store/store.ts'
import { marksOf, showClips } from './card.ts'
import type { FeedPage } from './feed.ts'

type Call = Reader & { readonly viewer: { readonly id: number } | null }

const openings = openingsOf('video_list', '[')

/** Answers a list of videos as the caller is to see them. */
export const answerClips = (
  store: Store,
  call: Call & { params: { cursor?: string; limit?: number } },
  fetch: (page: PageRequest) => Awaitable<Page<Clip>>,
): Awaitable<Response> =>
  answerList(call, openings, fetch, (clips) => {
    const list = showClips(clips)
    return after(marksOf(store, call.viewer, list), (marked) => list.pieces(marked, call))
  })

/** Answers a page of the feed. Who isn't logged in sees what all such callers see, made only once. */
export function answerFeed(store: Store, call: Call, page: FeedPage): Awaitable<Response> {
  if (call.viewer === null) return answerAnonymous(call, page)
  const list = showClips(page.clips)
  return after(marksOf(store, call.viewer, list), (marked) =>
    respondEntries(openings[call.language], list.pieces(marked, call), tailOf(page), init),
  )
}

function answerAnonymous(call: Call, page: FeedPage): Response {
  const { origin, language } = call
  const known = anonymous.get(page.clips)
  if (known?.origin === origin && known.language === language) return known.answer()
  const pieces = showClips(page.clips).pieces([], call)
  const answer = repeatable(joinEntries(openings[language], pieces, tailOf(page)))
  anonymous.set(page.clips, { origin, language, answer })
  return answer()
}

const anonymous = new WeakMap<readonly Clip[], Reader & { answer: () => Response }>()

const tailOf = ({ nextTime }: FeedPage): Encoded => encodePart(`],"next_time":${nextTime}}`)

/** Answers that share one body: a Response of a Blob takes no copy of its bytes. */
function repeatable(body: Encoded): () => Response {
  const blob = new Blob([body])
  return () => new Response(blob, init)
}
