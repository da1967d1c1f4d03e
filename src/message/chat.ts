import type { WebSocketHandler } from 'bun'
import { nanoid } from 'nanoid'
import type { Bus } from '../bus/bus.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Authenticate } from '../http/endpoint/auth.ts'
import type { Server } from '../http/endpoint/forwarded.ts'
import { languageOf } from '../http/endpoint/language.ts'
import { readInteger } from '../http/endpoint/params.ts'
import { queryParams } from '../http/endpoint/query.ts'
import { type Log, logFailure } from '../http/server/log.ts'
import { type Buckets, createBuckets } from '../lib/token-bucket.ts'
import type { Store } from '../store/store.ts'
import { Connection } from './socket/connection.ts'
import { type CheckIntervals, createConnections } from './socket/connections.ts'
import { checkOrigin, credentialsOf, refuseHandshake } from './socket/handshake.ts'
import { type SocketData, socketHandlers } from './socket/socket.ts'
import type { Transport } from './socket/transport.ts'

/** What a handshake needs of Bun's server. */
export interface Upgrader extends Server {
  upgrade(request: Request, options: { data: SocketData; headers?: HeadersInit }): boolean
}

/** Chat over WebSockets. */
export interface Chat {
  /** How many more messages each user may send, over sockets and HTTP together. */
  readonly sendRate: Buckets<number>
  /** For `Bun.serve`. */
  readonly handlers: WebSocketHandler<SocketData>
  /** Upgrades a request to a socket, or returns a response that says why not. */
  upgrade(request: Request, server: Upgrader): Promise<Response>
  close(): void
}

interface Services {
  readonly config: Config
  readonly store: Store
  readonly bus: Bus
  readonly log: Log
  readonly authenticate: Authenticate
}

const checkIntervals: CheckIntervals = { sessionsMs: 10_000, progressMs: 30_000 }

/** Seconds' worth of messages that may come at once. */
const burstSeconds = 10

/** Starts nothing: timers run only while there are sockets. */
export function createChat(services: Services): Chat {
  const { config, store, log, authenticate } = services
  const allFull = new Set<Transport>()
  const connections = createConnections(services, allFull, checkIntervals)
  const sendRate = createBuckets<number>(config.messageRate, burstSeconds)
  const connectionServices = { messages: store.messages, log, allFull }
  // With it the key of a connection is unique among those of all processes.
  const processKey = nanoid(8)
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
    const key = `${processKey}.${++opened}`
    const connection = new Connection(key, owner, cursor, connectionServices)
    const headers = protocol === null ? {} : { headers: { 'sec-websocket-protocol': protocol } }
    if (!server.upgrade(request, { data: { connection, afterId }, ...headers })) {
      throw new AppError('upgrade_required')
    }
    return new Response(null, { status: 101 })
  }

  return {
    sendRate,
    handlers: socketHandlers({ ...services, connections, sendRate }),
    async upgrade(request, server) {
      try {
        return await admit(request, server)
      } catch (error) {
        const id = logFailure(log, request, error)
        return refuseHandshake(error, languageOf(request), id)
      }
    },
    close: () => connections.close(),
  }
}

function afterIdOf(request: Request): number | null {
  const given = queryParams(request.url).get('after_id')
  if (given === undefined || given === '') return null
  const afterId = readInteger(given)
  if (afterId === null) throw new AppError('invalid', { field: 'after_id' })
  return afterId
}
