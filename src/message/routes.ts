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
import { withFollowFlags } from '../user/follow-flags.ts'
import type { Chat } from './chat.ts'
import { socketHooks } from './docs.ts'
import { action, chat, list } from './model.ts'
import { sendMessage } from './send.ts'
import { conversationLists, messageView } from './view.ts'

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
      ...endpoint(ctx, chat, (call) => {
        const { params, viewer } = call
        const { to_user_id: peerId, pre_msg_time: since = 0, limit, before = 0 } = params
        const respond = (part: Omit<Part, 'userId' | 'peerId'>) => {
          const read = readerOf(store.messages, { userId: viewer.id, peerId, ...part })
          // Not `...call`, which takes 0.1 µs of a poll's 2.
          const { language, request, server, limits, log } = call
          const whole = { language, request, server, limits, log, params: {} }
          return respondWithList(whole, openings, read, (found) =>
            unflaggedList(found.map((message) => jsonBytes(messageView(message)))),
          )
        }
        // The handler of a poll takes 1.7 instead of 2.6 µs with `await`.
        return after(findUser(users, peerId), () => {
          const most = limit ?? Number.POSITIVE_INFINITY
          if (since > 0) return respond({ since, isReceived: true, most })
          if (limit === undefined && before === 0)
            return respond({ since, isReceived: false, most })
          const page = { ...placeOf(before), limit: limit ?? defaultPage }
          return store.messages
            .pageStart(viewer.id, peerId, page)
            .then(({ since: start, count }) =>
              respond({ since: start, isReceived: false, most: count }),
            )
        })
      }),
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
          // Not compressed, for the same reason as the list of friends.
          { ...call, zip: false },
          openingsOf('conversation_list', '[', counts),
          (page) => store.messages.conversations(id, page),
          (found) => withFollowFlags(relations, call, conversationLists(found)),
        )
      }),
    )
    .get('/ws/', ({ request, server }) => ctx.chat.upgrade(request, server), socketHooks())
}

const openings = openingsOf('message_list', '[')

/** Messages of a page before `before`, if the caller doesn't say. */
const defaultPage = 100

/** A `before` from here on is a time in ms, below it the id of a message. */
const firstTime = 1e11

/** Which message a page ends before; 0 is beyond the newest. */
const placeOf = (before: number) => ({
  beforeId: before > 0 && before < firstTime ? before : null,
  beforeTime: before >= firstTime ? before : null,
})

/** A part of a conversation: `most` messages at most after `since` (ms), of both or of the peer. */
interface Part {
  readonly userId: number
  readonly peerId: number
  readonly since: number
  readonly isReceived: boolean
  readonly most: number
}

/** Makes what reads a part of a conversation, page by page, oldest first. */
function readerOf(messages: Messages, { userId, peerId, since, isReceived, most }: Part) {
  let left = most
  return ({ cursor, limit: wanted }: PageRequest): Awaitable<Page<MessageRecord>> => {
    const limit = Math.min(wanted, left)
    const page = { since: Number(cursor ?? since), limit }
    const found = isReceived
      ? messages.receivedSince(userId, peerId, page)
      : messages.history(userId, peerId, page)
    return after(found, (items) => {
      left -= items.length
      const last = items.at(-1)
      const isMore = items.length === limit && left > 0 && last
      return { items, next: isMore ? String(last.createdAt) : null }
    })
  }
}
