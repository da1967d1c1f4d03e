import { type Encoded, joinEntries, type Reader, respondEntries } from '../http/encoded.ts'
import { init, opening } from '../http/envelope.ts'
import { answerList } from '../http/list.ts'
import type { Clip, Page, PageRequest, Store } from '../store/store.ts'
import { encodeClips, flagsFor } from './card.ts'
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
export async function answerFeed(store: Store, call: Call, page: FeedPage): Promise<Response> {
  const head = `${opening(call.language)},"video_list":[`
  const tail = `],"next_time":${page.nextTime}}`
  if (call.viewer === null) {
    const known = anonymous.get(page.clips)
    if (known?.origin === call.origin && known.language === call.language) return known.answer()
  }
  const entries = encodeClips(page.clips, await flagsFor(store, call.viewer, page.clips), call)
  if (call.viewer !== null) return respondEntries(head, entries, tail, init)
  const { origin, language } = call
  const answer = repeatable(joinEntries(head, entries, tail))
  anonymous.set(page.clips, { origin, language, answer })
  return answer()
}

const anonymous = new WeakMap<readonly Clip[], Reader & { answer: () => Response }>()

/** Answers that share one body: a Response of a Blob takes no copy of its bytes. */
function repeatable(body: Encoded): () => Response {
  const blob = new Blob([body])
  return () => new Response(blob, init)
}
