import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { refuseAfter } from '../http/endpoint/limits.ts'
import { openingsOf } from '../http/response/envelope.ts'
import { respondWithList } from '../http/response/paging.ts'
import { after } from '../lib/awaitable.ts'
import { findUser } from '../user/find.ts'
import { withFollowFlags } from '../user/follow-flags.ts'
import type { Chat } from './chat.ts'
import { socketHooks } from './docs.ts'
import { respondHistory } from './history.ts'
import { action, chat, list } from './model.ts'
import { sendMessage } from './send.ts'
import { conversationLists } from './view.ts'

/** `/douyin/message/…`: send a message, poll for new ones, or open the socket that pushes them. */
export function messageRoutes(
  ctx: EndpointContext & Pick<Context, 'store' | 'bus'> & { chat: Chat },
) {
  // Not `messages`, which is made when somebody asks for them.
  const { store } = ctx
  const { users, relations } = store
  return new Elysia({ name: 'message', prefix: '/douyin/message' })
    .get(
      '/chat/',
      ...endpoint(ctx, chat, (call) =>
        // The handler of a poll takes 1.7 instead of 2.6 µs with `await`.
        after(findUser(users, call.params.to_user_id), () => respondHistory(store.messages, call)),
      ),
    )
    .post(
      '/action/',
      ...endpoint(ctx, action, async ({ params, viewer }) => {
        refuseAfter(ctx.chat.sendRate.take(viewer.id))
        const { to_user_id: toUserId, content } = params
        const { id: fromUserId, session } = viewer
        await sendMessage(ctx, { fromUserId, toUserId, content, clientId: null, session })
        return {}
      }),
    )
    .get(
      '/list/',
      ...endpoint(ctx, list, async (call) => {
        const { id } = call.viewer
        const counts = { unread_count: await store.messages.unreadCount(id) }
        return respondWithList(
          call,
          openingsOf('conversation_list', '[', counts),
          (page) => store.messages.conversations(id, page),
          (found) => withFollowFlags(relations, call, conversationLists(found)),
          // Not compressed, for the same reason as the list of friends.
          { zip: false },
        )
      }),
    )
    .get('/ws/', ({ request, server }) => ctx.chat.upgrade(request, server), socketHooks())
}
