import type { WebSocketHandler } from 'bun'
import { Elysia } from 'elysia'
import { commentRoutes } from './comment/routes.ts'
import type { Context } from './context.ts'
import { AppError } from './errors.ts'
import { favoriteRoutes } from './favorite/routes.ts'
import { docsRoutes } from './http/docs/routes.ts'
import type { EndpointContext } from './http/endpoint/endpoint.ts'
import { languageOf } from './http/endpoint/language.ts'
import { createLimits } from './http/endpoint/limits.ts'
import { metricsRoutes } from './http/metrics/routes.ts'
import { refuse } from './http/response/envelope.ts'
import { corsRoutes } from './http/server/cors.ts'
import { fileRoutes } from './http/server/files.ts'
import { healthRoutes } from './http/server/health.ts'
import { logFailure } from './http/server/log.ts'
import { pathOf } from './http/server/path.ts'
import { type Chat, createChat } from './message/chat.ts'
import { messageRoutes } from './message/routes.ts'
import type { SocketData } from './message/socket/socket.ts'
import { relationRoutes } from './relation/routes.ts'
import { portraitRoutes } from './user/avatar-routes.ts'
import { authenticator } from './user/login/session.ts'
import { userRoutes } from './user/routes.ts'
import { videoRoutes } from './video/routes.ts'
import { createTranscoder, type Transcoder } from './video/transcode.ts'

/** The service, ready to be served: see `http/server/listen.ts`. To be disposed of before its context. */
export interface App extends AsyncDisposable {
  readonly elysia: ReturnType<typeof createRoutes>
  /** For `Bun.serve`: the chat sockets that a route has upgraded. */
  readonly websocket: WebSocketHandler<SocketData>
  /** Does nothing until it is started, or woken by an upload. */
  readonly transcoder: Transcoder
}

/** Builds what runs on the ports, and every route on top of it. It never listens. */
export function createApp(ctx: Context): App {
  const authenticate = authenticator(ctx.store, ctx.log)
  const limits = createLimits(ctx.config)
  const chat = createChat({ ...ctx, authenticate })
  const transcoder = createTranscoder(ctx)
  return {
    elysia: createRoutes({ ...ctx, authenticate, limits, chat, transcoder }),
    websocket: chat.handlers,
    transcoder,
    async [Symbol.asyncDispose]() {
      // A job under way ends as soon as media is closed, which comes to nothing the second time.
      await Promise.all([transcoder.close(), ctx.media.close()])
      chat.close()
    },
  }
}

type Parts = Context & EndpointContext & { readonly chat: Chat; readonly transcoder: Transcoder }

/** Every route of the service on one Elysia. */
function createRoutes(parts: Parts) {
  // A host of a LAN may be as short as `nas`; Elysia takes longer ones for granted unless told, and
  // then looks for the path where that of `http://` may begin, which is within `https://`.
  const standardHostname = parts.config.tlsCert !== null
  const app = new Elysia({ name: 'douyin', handler: { standardHostname } })
    .onError(({ code, error, request }) => {
      const wrong = code === 'NOT_FOUND' ? unknownRoute(methods, request) : error
      const id = logFailure(parts.log, request, wrong)
      return refuse(wrong, languageOf(request), {}, id)
    })
    .use(userRoutes(parts))
    .use(videoRoutes(parts))
    .use(favoriteRoutes(parts))
    .use(commentRoutes(parts))
    .use(relationRoutes(parts))
    .use(messageRoutes(parts))
    .use(portraitRoutes(parts))
    .use(fileRoutes(parts))
    .use(healthRoutes(parts))
    .use(metricsRoutes(parts))
    .use(corsRoutes())
    .use(docsRoutes())
  const methods = methodsOf(app.routes)
  parts.metrics.declare(app.routes.map(({ path }) => path))
  return app
}

type Methods = ReadonlyMap<string, ReadonlySet<string>>

/** What each address takes: HEAD wherever GET, and OPTIONS everywhere. */
function methodsOf(routes: readonly { method: string; path: string }[]): Methods {
  const methods = new Map<string, Set<string>>()
  for (const { method, path } of routes) {
    const stem = withoutSlash(path)
    const known = methods.get(stem) ?? new Set()
    methods.set(stem, known.add(method))
    if (method === 'GET') known.add('HEAD')
    known.add('OPTIONS')
  }
  return methods
}

/** Tells a wrong method from a wrong address. */
function unknownRoute(methods: Methods, request: Request): AppError {
  const known = methods.get(withoutSlash(pathOf(request.url)))
  if (!known) return new AppError('not_found')
  return new AppError('method_not_allowed', { allow: [...known].sort().join(', ') })
}

const withoutSlash = (path: string) => path.replace(/\/$/, '')
