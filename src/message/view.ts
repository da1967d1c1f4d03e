import type { Static } from '@sinclair/typebox'
import type { Message as MessageRecord } from '../store/message.ts'
import type { Message } from './model.ts'

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
