import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { refuseAfter } from '../http/endpoint/limits.ts'
import { openingsOf } from '../http/response/envelope.ts'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { unflaggedList } from '../http/response/list-response.ts'
import { respondWithList } from '../http/response/paging.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Message as MessageRecord, Messages } from '../store/message.ts'
import type { Page, PageRequest } from '../store/page.ts'
import { findUser } from '../user/find.ts'
import type { Chat } from './chat.ts'
import { socketHooks } from './docs.ts'
import { action, chat } from './model.ts'
import { sendMessage } from './send.ts'
import { messageView } from './view.ts'

/** `/douyin/message/…`: send a message, poll for new ones, or open the socket that pushes them. */
export function messageRoutes(
  ctx: EndpointContext & Pick<Context, 'store' | 'bus'> & { chat: Chat },
) {
  const { users, messages } = ctx.store
  return new Elysia({ name: 'message', prefix: '/douyin/message' })
    .get(
      '/chat/',
      ...endpoint(ctx, chat, (call) => {
        const { params, viewer } = call
        const { to_user_id: peerId, pre_msg_time: since = 0 } = params
        // The handler of a poll takes 1.7 instead of 2.6 µs with `await`.
        return after(findUser(users, peerId), () =>
          respondWithList(
            { ...call, params: {} },
            openings,
            (page) => readChat(messages, { userId: viewer.id, peerId, since }, page),
            (found) => unflaggedList(found.map((message) => jsonBytes(messageView(message)))),
          ),
        )
      }),
    )
    .post(
      '/action/',
      ...endpoint(ctx, action, async ({ params, viewer }) => {
        refuseAfter(ctx.chat.sendRate.take(viewer.id))
        const { to_user_id: toUserId, content } = params
        await sendMessage(ctx, { fromUserId: viewer.id, toUserId, content, clientId: null })
        return {}
      }),
    )
    .get('/ws/', ({ request, server }) => ctx.chat.upgrade(request, server), socketHooks())
}

const openings = openingsOf('message_list', '[')

/** A page of a conversation: all of it, or what the peer wrote after `since` (ms), if that isn't 0. */
function readChat(
  messages: Messages,
  { userId, peerId, since }: { userId: number; peerId: number; since: number },
  { cursor, limit }: PageRequest,
): Awaitable<Page<MessageRecord>> {
  const page = { since: Number(cursor ?? since), limit }
  const found =
    since === 0
      ? messages.history(userId, peerId, page)
      : messages.receivedSince(userId, peerId, page)
  return after(found, (items) => {
    const last = items.at(-1)
    return { items, next: items.length === limit && last ? String(last.createdAt) : null }
  })
}
