import type { Static } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { openingsOf } from '../http/response/envelope.ts'
import { takesGzip } from '../http/response/gzip.ts'
import { withoutBlocked } from '../relation/without-blocked.ts'
import type { PageRequest } from '../store/page.ts'
import type { Store } from '../store/store.ts'
import { withFollowFlags } from '../user/follow-flags.ts'
import { userLists } from '../user/view.ts'
import { authorIdsOf, type VideoCall, videoListOpenings, withFlags } from '../video/list.ts'
import { search, searchPageSize } from './model.ts'

/** `/douyin/search/`: users, videos, tags. */
export function searchRoutes(ctx: EndpointContext & { store: Store }) {
  return new Elysia({ name: 'search', prefix: '/douyin/search' }).get(
    '/',
    ...endpoint(ctx, search, (call) =>
      call.params.type === 'user' ? respondUsers(ctx.store, call) : respondVideos(ctx.store, call),
    ),
  )
}

type SearchCall = VideoCall & { readonly params: Static<typeof search.params> }

const userListOpenings = openingsOf('user_list', '[')

const pageOf = ({ params: { cursor, limit } }: SearchCall): PageRequest => ({
  cursor: cursor ?? null,
  limit: limit ?? searchPageSize,
})

const tailOf = (absent: string, next: string | null) =>
  `],"${absent}":[],"next_cursor":"${next ?? ''}"}`

async function respondUsers({ users, relations }: Store, call: SearchCall): Promise<Response> {
  const { items, next } = await users.search(call.params.keyword, pageOf(call))
  const shown = await withoutBlocked(relations, call.viewer, items, userLists(items).ids[0] ?? [])
  const list = await withFollowFlags(relations, call, userLists(shown))
  const opening = userListOpenings[call.language]
  return list.respond(opening, tailOf('video_list', next), takesGzip(call.request))
}

async function respondVideos(store: Store, call: SearchCall): Promise<Response> {
  const { keyword, type } = call.params
  const { videos, relations } = store
  const { items, next } = await (type === 'tag'
    ? videos.tagged(keyword, pageOf(call))
    : videos.search(keyword, pageOf(call)))
  const shown = await withoutBlocked(relations, call.viewer, items, authorIdsOf(items))
  const list = await withFlags(store, call, shown)
  const opening = videoListOpenings[call.language]
  return list.respond(opening, tailOf('user_list', next), takesGzip(call.request))
}
