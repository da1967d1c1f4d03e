import type { WebSocketHandler } from 'bun'
import { nanoid } from 'nanoid'
import type { Bus } from '../bus/bus.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Authenticate } from '../http/endpoint/auth.ts'
import type { Server } from '../http/endpoint/forwarded.ts'
import { readInteger } from '../http/endpoint/integer.ts'
import { languageOf } from '../http/endpoint/language.ts'
import { queryParams } from '../http/endpoint/query.ts'
import { type Log, logFailure } from '../http/server/log.ts'
import type { Store } from '../store/store.ts'
import { createLimiter, type Limiter } from './limit.ts'
import { Device } from './socket/connection.ts'
import { createDevices, type Intervals } from './socket/connections.ts'
import { checkOrigin, credentialsOf, refuseHandshake } from './socket/handshake.ts'
import { type SocketData, socketHandlers } from './socket/socket.ts'
import type { Link } from './socket/transport.ts'

/** The server, as far as a handshake needs it. */
export interface Upgrader extends Server {
  upgrade(request: Request, options: { data: SocketData; headers?: HeadersInit }): boolean
}

/** Chat that is pushed: what the route and the server are given of it. */
export interface Chat {
  /** How much each user may send, over sockets and HTTP together. */
  readonly limiter: Limiter
  /** For `Bun.serve`. */
  readonly handlers: WebSocketHandler<SocketData>
  /** Makes a socket of a request, or answers why not. */
  upgrade(request: Request, server: Upgrader): Promise<Response>
  close(): void
}

interface Parts {
  readonly config: Config
  readonly store: Store
  readonly bus: Bus
  readonly log: Log
  readonly authenticate: Authenticate
}

const intervals: Intervals = { sessions: 10_000, progress: 30_000 }

/** Starts nothing: there are timers only while there are sockets. */
export function createChat(parts: Parts, every: Intervals = intervals): Chat {
  const { config, store, log, authenticate } = parts
  const clogged = new Set<Link>()
  const devices = createDevices(parts, clogged, every)
  const limiter = createLimiter(config.messageRate)
  const around = { messages: store.messages, log, clogged }
  // Unlike a number alone it names a device among those of all processes.
  const process = nanoid(8)
  let opened = 0

  /** @throws AppError upgrade_required, forbidden, unauthorized, invalid */
  const admit = async (request: Request, server: Upgrader): Promise<Response> => {
    const upgrade = request.headers.get('upgrade')
    if (upgrade?.toLowerCase() !== 'websocket') throw new AppError('upgrade_required')
    checkOrigin(request, server, config)
    const { token, protocol } = credentialsOf(request)
    const viewer = token === null ? null : await authenticate(token)
    if (token === null || viewer === null) throw new AppError('unauthorized')
    const afterId = afterIdOf(request)
    const owner = { userId: viewer.id, token, language: languageOf(request) }
    const cursor = await store.messages.newest(viewer.id)
    const device = new Device(`${process}.${++opened}`, owner, cursor, around)
    const headers = protocol === null ? {} : { headers: { 'sec-websocket-protocol': protocol } }
    if (!server.upgrade(request, { data: { device, afterId }, ...headers })) {
      throw new AppError('upgrade_required')
    }
    return new Response(null, { status: 101 })
  }

  return {
    limiter,
    handlers: socketHandlers({ ...parts, devices, limiter }),
    async upgrade(request, server) {
      try {
        return await admit(request, server)
      } catch (error) {
        const id = logFailure(log, request, error)
        return refuseHandshake(error, languageOf(request), id)
      }
    },
    close: () => devices.close(),
  }
}

function afterIdOf(request: Request): number | null {
  const given = queryParams(request.url).get('after_id')
  if (given === undefined || given === '') return null
  const afterId = readInteger(given)
  if (afterId === null) throw new AppError('invalid', { field: 'after_id' })
  return afterId
}
