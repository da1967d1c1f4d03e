import { Elysia } from 'elysia'
import { commentRoutes } from './comment/routes.ts'
import type { Context } from './context.ts'
import { AppError } from './errors.ts'
import { favoriteRoutes } from './favorite/routes.ts'
import { docsRoutes } from './http/docs/routes.ts'
import { refuse } from './http/envelope.ts'
import { fileRoutes } from './http/files.ts'
import { healthRoutes } from './http/health.ts'
import { languageOf } from './http/language.ts'
import { logFailure } from './http/log.ts'
import { metricsRoutes } from './http/metrics/routes.ts'
import { pathOf } from './http/path.ts'
import { preflightRoutes } from './http/preflight.ts'
import { messageRoutes } from './message/routes.ts'
import { relationRoutes } from './relation/routes.ts'
import { portraitRoutes } from './user/portraits.ts'
import { userRoutes } from './user/routes.ts'
import { videoRoutes } from './video/routes.ts'

/** Every route of the service on one app. It never listens: that is `http/server`'s. */
export function createApp(ctx: Context) {
  // A host of a LAN may be as short as `nas`; Elysia takes longer ones for granted unless told, and
  // then looks for the path where that of `http://` may begin, which is within `https://`.
  const standardHostname = ctx.config.tlsCert !== null
  const app = new Elysia({ name: 'douyin', handler: { standardHostname } })
    .onError(({ code, error, request }) => {
      const wrong = code === 'NOT_FOUND' ? unknownRoute(paths, request) : error
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
  const paths = new Set(app.routes.map(({ path }) => withoutSlash(path)))
  ctx.metrics.declare(app.routes.map(({ path }) => path))
  return app
}

/** Tells a wrong method from a wrong address. */
const unknownRoute = (paths: ReadonlySet<string>, request: Request): AppError =>
  new AppError(paths.has(withoutSlash(pathOf(request.url))) ? 'method_not_allowed' : 'not_found')

const withoutSlash = (path: string) => path.replace(/\/$/, '')
