import type { Static } from '@sinclair/typebox'
import type { Message as MessageRecord } from '../store/message.ts'
import type { Message } from './model.ts'

/**
 * A message as the wire has it. The time is milliseconds in a text: a client that wants a string
 * has one, and the app's JSON reader takes a number in quotes.
 */
export const messageCard = (message: MessageRecord): Static<typeof Message> => ({
  id: message.id,
  to_user_id: message.toUserId,
  from_user_id: message.fromUserId,
  content: message.content,
  create_time: String(message.createdAt),
})
