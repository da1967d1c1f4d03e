import type { WebSocketHandler } from 'bun'
import type { BusEvent } from '../../bus/bus.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Authenticate } from '../../http/endpoint/auth.ts'
import { freshId } from '../../http/server/request-id.ts'
import type { Buckets } from '../../lib/token-bucket.ts'
import { findUser } from '../../user/find.ts'
import { sendMessage } from '../send.ts'
import type { Connection } from './connection.ts'
import { type Connections, sessionEnded } from './connections.ts'
import { type ClientFrame, frameText, readText } from './frames.ts'
import { clientIdOf, readFrame } from './read-frame.ts'
import { maxBufferedBytes } from './transport.ts'

interface Services extends Pick<Context, 'store' | 'bus' | 'log'> {
  readonly connections: Connections
  readonly authenticate: Authenticate
  /** How many more messages each user may send, over sockets and HTTP together. */
  readonly sendRate: Buckets<number>
}

/** 2,000 characters outside the BMP, each written as two `\uXXXX`, and the rest of a frame. */
const maxFrameBytes = 32 << 10

/** Frames beyond the limit of its user after which a socket is closed, unless it slows down. */
const maxExcessFrames = 500

/**
 * What Bun calls for the chat sockets. Elysia's own `.ws` is not used: it turns `123` into a number
 * and each frame into an object, and sends what `onError` returns to the socket.
 */
export function socketHandlers(services: Services): WebSocketHandler<Connection> {
  return {
    data: {} as Connection,
    maxPayloadLength: maxFrameBytes,
    backpressureLimit: maxBufferedBytes,
    // Transport closes with 1013 instead, which tells the client why.
    closeOnBackpressureLimit: false,
    // Transport pings, and gives up whoever doesn't reply, long before. By this setting Bun also decides
    // when to cut who hasn't taken his close frame: below 16 within 4 s or so, from 32 on after Transport.
    idleTimeout: 960,
    sendPings: false,
    perMessageDeflate: false,
    open(socket) {
      services.connections.add(socket.data)
      socket.data.opened(socket)
    },
    ping(socket) {
      socket.data.transport.heard()
    },
    pong(socket) {
      socket.data.transport.heard()
    },
    message(socket, data) {
      socket.data.transport.heard()
      receive(services, socket.data, data)
    },
    drain(socket) {
      socket.data.drained()
    },
    close(socket) {
      socket.data.closed()
      services.connections.remove(socket.data)
    },
  }
}

function receive(services: Services, connection: Connection, data: string | Buffer): void {
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

async function handle(
  services: Services,
  connection: Connection,
  frame: ClientFrame,
): Promise<void> {
  const { userId, token, session } = connection.owner
  if (frame.type === 'send') {
    const { to_user_id: toUserId, content, client_id: clientId } = frame
    // The store looks for the session as it stores the message; asked before, it might end between.
    const message = { fromUserId: userId, toUserId, content, clientId, session }
    return connection.transport.trackSend(sendMessage(services, message, connection))
  }
  if (!(await services.authenticate(token))) throw new AppError('unauthorized')
  switch (frame.type) {
    case 'sync':
      return connection.sync(frame.after_id)
    case 'typing':
      return typing(services, connection, frame.to_user_id)
    case 'read':
      return read(services, connection, frame.from_user_id, frame.up_to_id)
  }
}

async function typing({ store, bus }: Services, connection: Connection, peerId: number) {
  const { userId } = connection.owner
  if (peerId === userId) throw new AppError('self_message')
  await findUser(store.users, peerId)
  if (await hasBlocked(store, peerId, userId)) throw new AppError('blocked')
  if (!connection.maySendTyping()) return
  bus.publish(peerId, () => ({
    type: 'signal',
    isStored: false,
    frame: frameText({ type: 'typing', from_user_id: userId }),
    by: connection.key,
  }))
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
  const event = (): BusEvent => ({
    type: 'signal',
    isStored: true,
    frame: readText(userId, peerId, readId),
    by: connection.key,
  })
  if (!(await hasBlocked(store, peerId, userId))) bus.publish(peerId, event)
  bus.publish(userId, event)
}

const hasBlocked = async ({ relations }: Services['store'], byId: number, userId: number) =>
  (await relations.blockedAmong(byId, [userId])).has(userId)

/** Sends an `error` frame; what nobody expected is logged, and its id told. */
function refuse(
  { log }: Services,
  connection: Connection,
  data: string | Buffer,
  error: unknown,
): void {
  const known = error instanceof AppError ? error : new AppError('internal')
  log.refused?.(known.code)
  if (known.code === 'unauthorized') {
    connection.transport.close(sessionEnded, 'session ended')
    return
  }
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
