import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import type { Message } from '../store/store.ts'
import { messageCard } from './card.ts'

/**
 * Sends a message: once it is on disk it is pushed to every device of both people. A `clientId`
 * that was used before answers the message of then, and pushes nothing.
 * @throws AppError self_message, user_not_found
 */
export async function sendMessage(
  { store, bus }: Pick<Context, 'store' | 'bus'>,
  message: { fromUserId: number; toUserId: number; content: string; clientId: string | null },
): Promise<Message> {
  if (message.fromUserId === message.toUserId) throw new AppError('self_message')
  const { message: stored, repeated } = await store.messages.send(message)
  if (repeated) return stored
  const frame = JSON.stringify({ type: 'message', message: messageCard(stored) })
  bus.publish(stored.toUserId, { frame })
  bus.publish(stored.fromUserId, { frame })
  return stored
}
