import { Elysia } from 'elysia'
import type { Bus } from '../bus/bus.ts'
import { AppError } from '../errors.ts'
import { done, type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { openingsOf } from '../http/response/envelope.ts'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { unflaggedList } from '../http/response/list-response.ts'
import { respondWithList } from '../http/response/paging.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Message as MessageRecord, Messages } from '../store/message.ts'
import type { Page, PageRequest } from '../store/page.ts'
import type { Store } from '../store/store.ts'
import type { Chat, Upgrader } from './chat.ts'
import { socketHooks } from './docs.ts'
import { action, chat } from './model.ts'
import { sendMessage } from './send.ts'
import { messageCard } from './view.ts'

/** `/douyin/message/…`: send, poll for what came, or have it pushed. */
export const messageRoutes = (ctx: EndpointContext & { store: Store; bus: Bus; chat: Chat }) =>
  new Elysia({ name: 'message', prefix: '/douyin/message' })
    .get(
      '/chat/',
      ...endpoint(ctx, chat, ({ params, viewer, language }) => {
        const { to_user_id: peerId, pre_msg_time: since = 0 } = params
        return after(ctx.store.users.byId(peerId), (peer) => {
          if (!peer) throw new AppError('user_not_found')
          return respondWithList(
            { language, params: {} },
            openings,
            (page) => conversation(ctx.store.messages, viewer.id, peerId, since, page),
            (messages) => unflaggedList(messages.map((message) => jsonBytes(messageCard(message)))),
          )
        })
      }),
    )
    .post(
      '/action/',
      ...endpoint(ctx, action, ({ params, viewer }) => {
        const wait = ctx.chat.limiter.take(viewer.id)
        const retryAfter = Math.ceil(wait / 1000)
        if (wait > 0) throw new AppError('too_many_requests', { retryAfter })
        const { to_user_id: toUserId, content } = params
        const message = { fromUserId: viewer.id, toUserId, content, clientId: null }
        return after(sendMessage(ctx, message), done)
      }),
    )
    .get(
      '/ws/',
      ({ request, server }) => ctx.chat.upgrade(request, server as Upgrader),
      socketHooks(),
    )

const openings = openingsOf('message_list', '[')

/** A page of what a poll is to find: everything, or only what the peer wrote after `since`. */
function conversation(
  messages: Messages,
  userId: number,
  peerId: number,
  since: number,
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
