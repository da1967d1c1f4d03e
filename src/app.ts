import { Elysia } from 'elysia'
import { commentRoutes } from './comment/routes.ts'
import type { Context } from './context.ts'
import { favoriteRoutes } from './favorite/routes.ts'
import { docsRoutes } from './http/docs/routes.ts'
import type { Server } from './http/endpoint/caller.ts'
import { blankFieldsOf, type EndpointContext } from './http/endpoint/endpoint.ts'
import { languageOf } from './http/endpoint/language.ts'
import { createLimits } from './http/endpoint/limits.ts'
import { frontRoutes } from './http/front/routes.ts'
import { metricsRoutes } from './http/metrics/routes.ts'
import { refuse } from './http/response/envelope.ts'
import { adapter } from './http/server/adapter.ts'
import { corsRoutes } from './http/server/cors.ts'
import { fileRoutes } from './http/server/files.ts'
import { healthRoutes } from './http/server/health.ts'
import { logFailure } from './http/server/log.ts'
import { unknownRoutes } from './http/server/unknown-route.ts'
import { type Chat, createChat } from './message/chat.ts'
import { messageRoutes } from './message/routes.ts'
import { noticeRoutes } from './notice/routes.ts'
import { relationRoutes } from './relation/routes.ts'
import { reportRoutes } from './report/routes.ts'
import { searchRoutes } from './search/routes.ts'
import { avatarRoutes } from './user/avatar-routes.ts'
import { authenticator } from './user/login/session.ts'
import { userRoutes } from './user/routes.ts'
import { createDiskSpace, type DiskSpace } from './video/disk-space.ts'
import { createTranscoder, type Transcoder } from './video/jobs/transcoder.ts'
import { createWorkRate, type WorkRate } from './video/jobs/work-rate.ts'
import { videoRoutes } from './video/routes.ts'
import { createViews, type Views } from './video/watch/views.ts'
import { webRoutes } from './web/server/routes.ts'

/** The service, ready to be served: see `http/server/listen.ts`. To be disposed of before its context. */
export type App = ReturnType<typeof createApp>

/** Builds what runs on the ports, and every route on top of it. It never listens. */
export function createApp(ctx: Context) {
  const authenticate = authenticator(ctx.store, ctx.log)
  const limits = createLimits(ctx.config)
  const chat = createChat(ctx, authenticate)
  const workRate = createWorkRate(ctx)
  const diskSpace = createDiskSpace(ctx.blobs)
  const views = createViews(ctx)
  const transcoder = createTranscoder({ ...ctx, workRate, diskSpace })
  return {
    elysia: createRoutes({
      ...ctx,
      authenticate,
      limits,
      chat,
      transcoder,
      workRate,
      diskSpace,
      views,
    }),
    /** For `Bun.serve`: the chat sockets that a route has upgraded. */
    websocket: chat.handlers,
    /** Does nothing until it is started, or woken by an upload. */
    transcoder,
    async [Symbol.asyncDispose]() {
      // A running job ends when media is closed. The context closes it again, which does nothing.
      await Promise.all([transcoder.close(), ctx.media.close(), views.close()])
      chat.close()
    },
  }
}

type Parts = Context &
  EndpointContext & {
    readonly chat: Chat
    readonly transcoder: Transcoder
    readonly workRate: WorkRate
    readonly diskSpace: DiskSpace
    readonly views: Views
  }

/** Every route of the service on one Elysia. */
function createRoutes(parts: Parts) {
  const app = new Elysia({ name: 'douyin', adapter })
    .state('server', null as Server | null)
    .onError({ as: 'global' }, ({ code, error, request }) => {
      const wrong = code === 'NOT_FOUND' ? unknownRoute(request) : error
      const id = logFailure(parts.log, request, wrong)
      return refuse(wrong, languageOf(request), blankFieldsOf(request), id)
    })
    .use(userRoutes(parts))
    .use(videoRoutes(parts))
    .use(favoriteRoutes(parts))
    .use(commentRoutes(parts))
    .use(relationRoutes(parts))
    .use(messageRoutes(parts))
    .use(noticeRoutes(parts))
    .use(reportRoutes(parts))
    .use(searchRoutes(parts))
    .use(avatarRoutes(parts))
    .use(fileRoutes(parts))
    .use(healthRoutes(parts))
    .use(metricsRoutes(parts))
    .use(frontRoutes())
    .use(corsRoutes())
    .use(docsRoutes())
    .use(webRoutes(parts))
  const unknownRoute = unknownRoutes(app.routes)
  parts.metrics.declare(app.routes.map(({ path }) => path))
  return app
}
