import { type Awaitable, after } from '../awaitable.ts'
import { type Encoded, joinEntries, type Reader, respondEntries } from '../http/encoded.ts'
import { init, opening } from '../http/envelope.ts'
import { answerList } from '../http/list.ts'
import type { Clip, Page, PageRequest, Store } from '../store/store.ts'
import { encodeClips, flagsFor, noFlags } from './card.ts'
import type { FeedPage } from './feed.ts'

type Call = Reader & { readonly viewer: { readonly id: number } | null }

/** Answers a list of videos as the caller is to see them. */
export const answerClips = (
  store: Store,
  call: Call & { params: { cursor?: string; limit?: number } },
  fetch: (page: PageRequest) => Promise<Page<Clip>>,
): Promise<Response> =>
  answerList(call, 'video_list', fetch, async (clips) =>
    encodeClips(clips, await flagsFor(store, call.viewer, clips), call),
  )

/** Answers a page of the feed. Who isn't logged in sees what all such callers see, made only once. */
export function answerFeed(store: Store, call: Call, page: FeedPage): Awaitable<Response> {
  const head = `${opening(call.language)},"video_list":[`
  const tail = `],"next_time":${page.nextTime}}`
  if (call.viewer === null) return answerAnonymous(call, page, head, tail)
  return after(flagsFor(store, call.viewer, page.clips), (flags) =>
    respondEntries(head, encodeClips(page.clips, flags, call), tail, init),
  )
}

function answerAnonymous(call: Call, page: FeedPage, head: string, tail: string): Response {
  const { origin, language } = call
  const known = anonymous.get(page.clips)
  if (known?.origin === origin && known.language === language) return known.answer()
  const answer = repeatable(joinEntries(head, encodeClips(page.clips, noFlags, call), tail))
  anonymous.set(page.clips, { origin, language, answer })
  return answer()
}

const anonymous = new WeakMap<readonly Clip[], Reader & { answer: () => Response }>()

/** Answers that share one body: a Response of a Blob takes no copy of its bytes. */
function repeatable(body: Encoded): () => Response {
  const blob = new Blob([body])
  return () => new Response(blob, init)
}
