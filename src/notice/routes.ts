import { Elysia } from 'elysia'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { openingsOf } from '../http/response/envelope.ts'
import { respondWithList } from '../http/response/paging.ts'
import type { Store } from '../store/store.ts'
import { withFollowFlags } from '../user/follow-flags.ts'
import { list, read } from './model.ts'
import { noticeLists } from './view.ts'

/** `/douyin/notice/…`: who liked, commented or followed. */
export function noticeRoutes(ctx: EndpointContext & { store: Store }) {
  const { notices, relations } = ctx.store
  return new Elysia({ name: 'notice', prefix: '/douyin/notice' })
    .get(
      '/list/',
      ...endpoint(ctx, list, async (call) => {
        const { id } = call.viewer
        const { unread, readId } = await notices.unread(id)
        const lists = noticeLists(readId)
        return respondWithList(
          call,
          openingsOf('notice_list', '[', { unread_count: unread }),
          (page) => notices.list(id, page),
          (found) => withFollowFlags(relations, call, lists(found)),
        )
      }),
    )
    .post(
      '/read/',
      ...endpoint(ctx, read, async ({ params, viewer }) => {
        await notices.read(viewer.id, params.up_to_id)
        return { unread_count: (await notices.unread(viewer.id)).unread }
      }),
    )
}
