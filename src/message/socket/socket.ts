import type { ServerWebSocket, WebSocketHandler } from 'bun'
import type { Bus } from '../../bus/bus.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../http/server/log.ts'
import { freshId } from '../../http/server/request-id.ts'
import type { Store } from '../../store/store.ts'
import type { Limiter } from '../limit.ts'
import { sendMessage } from '../send.ts'
import type { Device } from './connection.ts'
import type { Devices } from './connections.ts'
import { type ClientFrame, clientIdOf, readFrame, textOf } from './frames.ts'
import { backpressureLimit } from './transport.ts'

interface Parts {
  readonly store: Store
  readonly bus: Bus
  readonly log: Log
  readonly devices: Devices
  readonly limiter: Limiter
}

/** Bytes of a frame: 2,000 characters outside the BMP, each written as two `\uXXXX`, and the rest. */
export const maxFrame = 32 << 10

/** Frames beyond the limit of its user after which a socket is closed, unless it slows down. */
const patience = 500

/** ms in which one `typing` of a device is passed on; the next ones say nothing new. */
const typingInterval = 500

/** What a socket is upgraded with. */
export interface SocketData {
  readonly device: Device
  /** Where the stream is to start, if the client said so in the handshake. */
  readonly afterId: number | null
}

/**
 * What Bun calls for the chat sockets. Elysia's own `.ws` is not used: it makes `123` a number and
 * an object of each frame, and sends what `onError` answers to the socket.
 */
export function socketHandlers(parts: Parts): WebSocketHandler<SocketData> {
  return {
    data: {} as SocketData,
    maxPayloadLength: maxFrame,
    backpressureLimit,
    // We close on our own, with 1013 instead of a connection that just breaks.
    closeOnBackpressureLimit: false,
    // Bun pings shortly before; who doesn't answer is gone.
    idleTimeout: 60,
    perMessageDeflate: false,
    open(socket) {
      const { device, afterId } = socket.data
      parts.devices.add(device)
      device.opened(socket, afterId)
    },
    message(socket, data) {
      hear(parts, socket, data)
    },
    drain(socket) {
      socket.data.device.drained()
    },
    close(socket) {
      socket.data.device.gone()
      parts.devices.remove(socket.data.device)
    },
  }
}

function hear(parts: Parts, socket: ServerWebSocket<SocketData>, data: string | Buffer): void {
  const { device } = socket.data
  if (parts.limiter.take(device.owner.userId) > 0) {
    refuse(parts, device, data, new AppError('too_many_requests'))
    if (++device.strikes > patience) device.link.close(1008, 'too many frames')
    return
  }
  if (device.strikes > 0) device.strikes--
  try {
    const frame = readFrame(data)
    if (frame.type !== 'sync') device.heard()
    handle(parts, device, frame).catch((error) => refuse(parts, device, data, error))
  } catch (error) {
    refuse(parts, device, data, error)
  }
}

function handle(parts: Parts, device: Device, frame: ClientFrame): Promise<unknown> {
  switch (frame.type) {
    case 'send':
      return device.link.during(send(parts, device, frame))
    case 'sync':
      return device.sync(frame.after_id)
    case 'typing':
      return typing(parts, device, frame.to_user_id)
    case 'read':
      return read(parts, device, frame.from_user_id, frame.up_to_id)
  }
}

function send(parts: Parts, device: Device, frame: ClientFrame & { type: 'send' }) {
  const { to_user_id: toUserId, content, client_id: clientId } = frame
  return sendMessage(
    parts,
    { fromUserId: device.owner.userId, toUserId, content, clientId },
    { key: device.key, stored: (sent, message) => device.stored(clientId, sent, message) },
  )
}

async function typing({ store, bus }: Parts, device: Device, peerId: number): Promise<void> {
  const { userId } = device.owner
  if (peerId === userId) throw new AppError('self_message')
  if (!(await store.users.byId(peerId))) throw new AppError('user_not_found')
  if (!device.maySayTyping(typingInterval)) return
  const frame = textOf({ type: 'typing', from_user_id: userId })
  bus.publish(peerId, { type: 'signal', frame, by: device.key })
}

async function read({ store, bus }: Parts, device: Device, peerId: number, upToId: number) {
  const { userId } = device.owner
  if (!(await store.users.byId(peerId))) throw new AppError('user_not_found')
  const readId = await store.messages.read(userId, peerId, upToId)
  if (readId === 0) return
  const frame = textOf({ type: 'read', by_user_id: userId, up_to_id: readId })
  const event = { type: 'signal', frame, by: device.key } as const
  bus.publish(peerId, event)
  bus.publish(userId, event)
}

function refuse({ log }: Parts, device: Device, data: string | Buffer, error: unknown): void {
  const known = error instanceof AppError ? error : new AppError('internal')
  log.refused?.(known.code)
  const id = known.code === 'internal' ? freshId() : null
  if (id) log.failure('chat frame', error, id)
  const text = known.text(device.owner.language)
  const clientId = clientIdOf(data)
  device.write({
    type: 'error',
    ...(clientId === undefined ? {} : { client_id: clientId }),
    status_code: known.statusCode,
    status_msg: id ? `${text} (${id})` : text,
  })
}
