import { Elysia } from 'elysia'
import { commentRoutes } from './comment/routes.ts'
import type { Context } from './context.ts'
import { AppError } from './errors.ts'
import { favoriteRoutes } from './favorite/routes.ts'
import { docsRoutes } from './http/docs/routes.ts'
import { languageOf } from './http/endpoint/language.ts'
import { metricsRoutes } from './http/metrics/routes.ts'
import { refuse } from './http/response/envelope.ts'
import { preflightRoutes } from './http/server/cors.ts'
import { fileRoutes } from './http/server/files.ts'
import { healthRoutes } from './http/server/health.ts'
import { logFailure } from './http/server/log.ts'
import { pathOf } from './http/server/path.ts'
import { messageRoutes } from './message/routes.ts'
import { relationRoutes } from './relation/routes.ts'
import { portraitRoutes } from './user/avatar-routes.ts'
import { userRoutes } from './user/routes.ts'
import { videoRoutes } from './video/routes.ts'

/** Every route of the service on one app. It never listens: that is `http/server`'s. */
export function createApp(ctx: Context) {
  // A host of a LAN may be as short as `nas`; Elysia takes longer ones for granted unless told, and
  // then looks for the path where that of `http://` may begin, which is within `https://`.
  const standardHostname = ctx.config.tlsCert !== null
  const app = new Elysia({ name: 'douyin', handler: { standardHostname } })
    .onError(({ code, error, request }) => {
      const wrong = code === 'NOT_FOUND' ? unknownRoute(methods, request) : error
      const id = logFailure(ctx.log, request, wrong)
      return refuse(wrong, languageOf(request), {}, id)
    })
    .use(userRoutes(ctx))
    .use(videoRoutes(ctx))
    .use(favoriteRoutes(ctx))
    .use(commentRoutes(ctx))
    .use(relationRoutes(ctx))
    .use(messageRoutes(ctx))
    .use(portraitRoutes(ctx))
    .use(fileRoutes(ctx))
    .use(healthRoutes(ctx))
    .use(metricsRoutes(ctx))
    .use(preflightRoutes())
    .use(docsRoutes())
  const methods = methodsOf(app.routes)
  ctx.metrics.declare(app.routes.map(({ path }) => path))
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
