import type { ServerWebSocket, WebSocketHandler } from 'bun'
import type { Bus } from '../../bus/bus.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../http/server/log.ts'
import { freshId } from '../../http/server/request-id.ts'
import type { Buckets } from '../../lib/token-bucket.ts'
import type { Store } from '../../store/store.ts'
import { findUser } from '../../user/find.ts'
import { sendMessage } from '../send.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { type ClientFrame, clientIdOf, frameText, readFrame } from './frames.ts'
import { maxBufferedBytes } from './transport.ts'

interface Services {
  readonly store: Store
  readonly bus: Bus
  readonly log: Log
  readonly connections: Connections
  /** How many more frames each user may send. */
  readonly sendRate: Buckets<number>
}

/** 2,000 characters outside the BMP, each written as two `\uXXXX`, and the rest of a frame. */
const maxFrameBytes = 32 << 10

/** Frames beyond the limit of its user after which a socket is closed, unless it slows down. */
const maxExcessFrames = 500

/** One `typing` of a connection is passed on in this time; more would say nothing new. */
const typingIntervalMs = 500

/** Bun pings shortly before; a client that doesn't reply is disconnected. */
const idleTimeoutSeconds = 60

/** What a socket is upgraded with. */
export interface SocketData {
  readonly connection: Connection
  /** Where the stream is to start, if the client said so in the handshake. */
  readonly afterId: number | null
}

/**
 * What Bun calls for the chat sockets. Elysia's own `.ws` is not used: it turns `123` into a number
 * and each frame into an object, and sends what `onError` returns to the socket.
 */
export function socketHandlers(services: Services): WebSocketHandler<SocketData> {
  return {
    data: {} as SocketData,
    maxPayloadLength: maxFrameBytes,
    backpressureLimit: maxBufferedBytes,
    // Transport closes with 1013 instead, which tells the client why.
    closeOnBackpressureLimit: false,
    idleTimeout: idleTimeoutSeconds,
    perMessageDeflate: false,
    open(socket) {
      const { connection, afterId } = socket.data
      services.connections.add(connection)
      connection.opened(socket, afterId)
    },
    message(socket, data) {
      receive(services, socket, data)
    },
    drain(socket) {
      socket.data.connection.drained()
    },
    close(socket) {
      socket.data.connection.closed()
      services.connections.remove(socket.data.connection)
    },
  }
}

function receive(
  services: Services,
  socket: ServerWebSocket<SocketData>,
  data: string | Buffer,
): void {
  const { connection } = socket.data
  if (services.sendRate.take(connection.owner.userId) > 0) {
    refuse(services, connection, data, new AppError('too_many_requests'))
    if (++connection.excessFrames > maxExcessFrames) {
      connection.transport.close(1008, 'too many frames')
    }
    return
  }
  if (connection.excessFrames > 0) connection.excessFrames--
  try {
    const frame = readFrame(data)
    if (frame.type !== 'sync') connection.stopWaiting()
    handle(services, connection, frame).catch((error) => refuse(services, connection, data, error))
  } catch (error) {
    refuse(services, connection, data, error)
  }
}

function handle(services: Services, connection: Connection, frame: ClientFrame): Promise<unknown> {
  switch (frame.type) {
    case 'send':
      return connection.transport.trackSend(send(services, connection, frame))
    case 'sync':
      return connection.sync(frame.after_id)
    case 'typing':
      return typing(services, connection, frame.to_user_id)
    case 'read':
      return read(services, connection, frame.from_user_id, frame.up_to_id)
  }
}

function send(services: Services, connection: Connection, frame: ClientFrame & { type: 'send' }) {
  const { to_user_id: toUserId, content, client_id: clientId } = frame
  return sendMessage(
    services,
    { fromUserId: connection.owner.userId, toUserId, content, clientId },
    {
      key: connection.key,
      stored: (sent, message) => connection.acknowledge(clientId, sent, message),
    },
  )
}

async function typing({ store, bus }: Services, connection: Connection, peerId: number) {
  const { userId } = connection.owner
  if (peerId === userId) throw new AppError('self_message')
  await findUser(store.users, peerId)
  if (!connection.maySendTyping(typingIntervalMs)) return
  const frame = frameText({ type: 'typing', from_user_id: userId })
  bus.publish(peerId, { type: 'signal', frame, by: connection.key })
}

async function read(
  { store, bus }: Services,
  connection: Connection,
  peerId: number,
  upToId: number,
): Promise<void> {
  const { userId } = connection.owner
  await findUser(store.users, peerId)
  const readId = await store.messages.read(userId, peerId, upToId)
  if (readId === 0) return
  const frame = frameText({ type: 'read', by_user_id: userId, up_to_id: readId })
  const event = { type: 'signal', frame, by: connection.key } as const
  bus.publish(peerId, event)
  bus.publish(userId, event)
}

/** Sends an `error` frame; what nobody expected is logged, and its id told. */
function refuse(
  { log }: Services,
  connection: Connection,
  data: string | Buffer,
  error: unknown,
): void {
  const known = error instanceof AppError ? error : new AppError('internal')
  log.refused?.(known.code)
  const id = known.code === 'internal' ? freshId() : null
  if (id) log.failure('chat frame', error, id)
  const text = known.text(connection.owner.language)
  const clientId = clientIdOf(data)
  connection.send({
    type: 'error',
    ...(clientId === undefined ? {} : { client_id: clientId }),
    status_code: known.statusCode,
    status_msg: id ? `${text} (${id})` : text,
  })
}
