import type { Bus } from '../bus/bus.ts'
import { AppError } from '../errors.ts'
import type { Message, Sent } from '../store/message.ts'
import type { Store } from '../store/store.ts'
import { messageView } from './view.ts'

/** The connection that sends: it gets its ack in the order in which all others get messages. */
interface Sender {
  readonly key: string
  /** The message was stored; `message` is JSON as the API shows it. */
  stored(sent: Sent, message: string): void
}

/**
 * Sends a message: once it is stored it is pushed to every connection of both people. A `clientId`
 * that was used before returns the message of then, and pushes nothing.
 * @throws AppError self_message, user_not_found
 */
export async function sendMessage(
  { store, bus }: { store: Store; bus: Bus },
  message: { fromUserId: number; toUserId: number; content: string; clientId: string | null },
  sender: Sender | null = null,
): Promise<Message> {
  if (message.fromUserId === message.toUserId) throw new AppError('self_message')
  const sent = await store.messages.send(message)
  // Nothing is awaited from here on: promises resolve in the order of the commits, and so the
  // messages of all senders reach the bus in the order of their ids.
  const { id, fromUserId, toUserId } = sent.message
  const json = JSON.stringify(messageView(sent.message))
  sender?.stored(sent, json)
  if (sent.repeated) return sent.message
  const event = { type: 'message', id, message: json, by: sender?.key ?? null } as const
  bus.publish(toUserId, { ...event, previous: sent.previous.ofReceiver })
  bus.publish(fromUserId, { ...event, previous: sent.previous.ofSender })
  return sent.message
}
