import type { Static } from '@sinclair/typebox'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { listResponses } from '../http/response/list-response.ts'
import type {
  Conversation as ConversationRecord,
  Message as MessageRecord,
} from '../store/message.ts'
import { userView } from '../user/view.ts'
import type { Conversation, Message } from './model.ts'

/**
 * A message as the API shows it. Its time is a string of milliseconds: some clients want a string,
 * and the JSON reader of the app takes a number in quotes.
 */
export const messageView = (message: MessageRecord): Static<typeof Message> => ({
  id: message.id,
  to_user_id: message.toUserId,
  from_user_id: message.fromUserId,
  content: message.content,
  create_time: String(message.createdAt),
})

/** Lists of conversations, whose other one is flagged by `is_follow`. */
export const conversationLists = listResponses(
  (conversation: ConversationRecord, isFollow, { origin }) =>
    jsonBytes(conversationView(conversation, isFollow === 1, origin)),
  ({ user }) => user.id,
)

const conversationView = (
  { user, latest, unread, ownReadId, peerReadId }: ConversationRecord,
  isFollow: boolean,
  origin: string,
): Static<typeof Conversation> => ({
  user: userView(user, isFollow, origin),
  message: messageView(latest),
  unread_count: unread,
  read_up_to: ownReadId,
  peer_read_up_to: peerReadId,
})
