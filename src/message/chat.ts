import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import type { Authenticate } from '../http/endpoint/auth.ts'
import type { Server } from '../http/endpoint/caller.ts'
import { languageOf } from '../http/endpoint/language.ts'
import { paramsReader } from '../http/endpoint/params.ts'
import { queryParams } from '../http/endpoint/query.ts'
import { logFailure } from '../http/server/log.ts'
import { createBuckets } from '../lib/token-bucket.ts'
import { createTurn } from '../lib/turns/turns.ts'
import { socket } from './model.ts'
import { Connection } from './socket/connection.ts'
import { createConnections } from './socket/connections.ts'
import { credentialsOf, refuseHandshake } from './socket/handshake.ts'
import { socketHandlers } from './socket/socket.ts'

/** Seconds' worth of messages that may come at once. */
const burstSeconds = 10

export type Chat = ReturnType<typeof createChat>

/** Chat over WebSockets. */
export function createChat(ctx: Context, authenticate: Authenticate) {
  const { config, store, log } = ctx
  const connections = createConnections(ctx, authenticate)
  const turn = createTurn()
  const sendRate = createBuckets<number>(config.messageRate, burstSeconds)

  /** @throws AppError upgrade_required, unauthorized, missing, invalid */
  const admit = async (request: Request, server: Server | null): Promise<Response> => {
    const upgrade = request.headers.get('upgrade')
    if (upgrade?.toLowerCase() !== 'websocket') throw new AppError('upgrade_required')
    const { token, protocol } = credentialsOf(request)
    const viewer = token === null ? null : await authenticate(token)
    if (token === null || viewer === null) throw new AppError('unauthorized')
    const { after_id: afterId = null } = readParams(queryParams(request.url))
    const { id: userId, session } = viewer
    const owner = { userId, token, session, language: languageOf(request) }
    const cursor = await store.messages.newest(viewer.id)
    const data = new Connection({ messages: store.messages, log, turn }, owner, cursor, afterId)
    const headers = protocol === null ? {} : { headers: { 'sec-websocket-protocol': protocol } }
    if (!server?.upgrade(request, { data, ...headers })) throw new AppError('upgrade_required')
    return new Response(null, { status: 101 })
  }

  return {
    sendRate,
    /** For `Bun.serve`. */
    handlers: socketHandlers({ ...ctx, authenticate, connections, sendRate }),
    /** Upgrades a request to a socket, or returns a response that says why not. */
    async upgrade(request: Request, server: Server | null): Promise<Response> {
      try {
        return await admit(request, server)
      } catch (error) {
        const id = logFailure(log, request, error)
        return refuseHandshake(error, languageOf(request), id)
      }
    },
    close: connections.close,
  }
}

const readParams = paramsReader(socket.params)
