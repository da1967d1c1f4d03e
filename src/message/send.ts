import type { BusEvent } from '../bus/bus.ts'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import type { Messages } from '../store/message.ts'
import type { Connection } from './socket/connection.ts'
import { messageView } from './view.ts'

/**
 * Sends a message: once it is stored it is pushed to every connection of both people. A `clientId`
 * that was used before for the same receiver and text finds the message of then, and pushes nothing.
 * @param sender the connection that sends: it gets its ack in the order in which all others get
 *   messages
 * @throws AppError self_message, user_not_found, client_id_used
 */
export async function sendMessage(
  { store, bus }: Pick<Context, 'store' | 'bus'>,
  message: Parameters<Messages['send']>[0],
  sender: Connection | null = null,
): Promise<void> {
  if (message.fromUserId === message.toUserId) throw new AppError('self_message')
  const sent = await store.messages.send(message)
  // Nothing is awaited from here on: promises resolve in the order of the commits, and so the
  // messages of all senders reach the bus in the order of their ids.
  const { id, fromUserId, toUserId } = sent.message
  let made: string | undefined
  const json = () => (made ??= JSON.stringify(messageView(sent.message)))
  if (message.clientId !== null) sender?.acknowledge(message.clientId, sent, json())
  if (sent.repeated) return
  const { previous } = sent
  const eventAfter = (previous: number): BusEvent => ({
    type: 'message',
    id,
    previous,
    message: json(),
    by: sender?.key ?? null,
  })
  // Made for nobody, both events took a tenth of a message.
  bus.publish(toUserId, () => eventAfter(previous.ofReceiver))
  bus.publish(fromUserId, () => eventAfter(previous.ofSender))
}
