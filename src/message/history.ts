import type { Call } from '../http/endpoint/endpoint.ts'
import { openingsOf } from '../http/response/envelope.ts'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { unflaggedList } from '../http/response/list-response.ts'
import { respondWithList } from '../http/response/paging.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Message, Messages } from '../store/message.ts'
import type { Page, PageRequest } from '../store/page.ts'
import type { chat } from './model.ts'
import { messageView } from './view.ts'

type ChatCall = Call<(typeof chat)['params'], 'required'>

/** A part of a conversation: `most` messages at most after `since` (ms), of both or of the peer. */
interface Part {
  readonly since: number
  readonly isReceived: boolean
  readonly most: number
}

/** Messages of a page, if the caller doesn't say. */
const defaultPage = 100

/**
 * Responds to `/douyin/message/chat/`: with what the peer wrote after `pre_msg_time`, or without it
 * with the whole conversation, or a page of it.
 */
export function respondHistory(messages: Messages, call: ChatCall): Awaitable<Response> {
  const { viewer, params } = call
  const { to_user_id: peerId, pre_msg_time: since = 0, limit, before = 0 } = params
  const most = limit ?? Number.POSITIVE_INFINITY
  if (since > 0) return respondPart(messages, call, { since, isReceived: true, most })
  if (limit === undefined && before === 0)
    return respondPart(messages, call, { since, isReceived: false, most })
  return messages
    .pageStart(viewer.id, peerId, { ...placeOf(before), limit: limit ?? defaultPage })
    .then(({ since, count }) =>
      respondPart(messages, call, { since, isReceived: false, most: count }),
    )
}

/** A `before` from here on is a time in ms, below it the id of a message. */
const firstTime = 1e11

/** Which message a page ends before; 0 is beyond the newest. */
const placeOf = (before: number) => ({
  beforeId: before > 0 && before < firstTime ? before : null,
  beforeTime: before >= firstTime ? before : null,
})

const openings = openingsOf('message_list', '[')

/** The `limit` of the call is the part's, of which all is sent. */
const unpaged = { params: {} }

const show = (found: readonly Message[]) =>
  unflaggedList(found.map((message) => jsonBytes(messageView(message))))

function respondPart(messages: Messages, call: ChatCall, part: Part): Awaitable<Response> {
  return respondWithList(call, openings, readerOf(messages, call, part), show, unpaged)
}

/** Makes what reads a part of a conversation, page by page, oldest first. */
function readerOf(
  messages: Messages,
  { viewer, params: { to_user_id: peerId } }: ChatCall,
  { since, isReceived, most }: Part,
) {
  let left = most
  return ({ cursor, limit: wanted }: PageRequest): Awaitable<Page<Message>> => {
    const limit = Math.min(wanted, left)
    const page = { since: Number(cursor ?? since), limit }
    const found = isReceived
      ? messages.receivedSince(viewer.id, peerId, page)
      : messages.history(viewer.id, peerId, page)
    return after(found, (items) => {
      left -= items.length
      const last = items.at(-1)
      const isMore = items.length === limit && left > 0 && last
      return { items, next: isMore ? String(last.createdAt) : null }
    })
  }
}
