import { Elysia } from 'elysia'
import { operation } from '../http/docs/operation.ts'
import { uploadBody } from '../http/docs/upload.ts'
import { type EndpointContext, endpoint, rawEndpoint } from '../http/endpoint/endpoint.ts'
import { addressOf } from '../http/endpoint/forwarded.ts'
import { after } from '../lib/awaitable.ts'
import { createConcurrencyLimit } from '../lib/concurrency.ts'
import type { PageRequest } from '../store/page.ts'
import { subjectOf } from '../user/subject.ts'
import { feedPage } from './feed.ts'
import { answerClips, answerFeed } from './list-response.ts'
import { feed, publish, publishList } from './model.ts'
import { type PublishServices, publishVideo } from './publish.ts'
import { receiveVideo } from './upload.ts'

/** `/douyin/feed` and `/douyin/publish/…`: watch, upload, list the works of a user. */
export const videoRoutes = (ctx: EndpointContext & PublishServices) => {
  const slots = createConcurrencyLimit(ctx.config.uploadsPerAddress)
  return new Elysia({ name: 'video', prefix: '/douyin' })
    .get(
      '/feed/',
      ...endpoint(ctx, feed, (call) =>
        after(feedPage(ctx.store.videos, call.params.latest_time ?? 0), (page) =>
          answerFeed(ctx.store, call, page),
        ),
      ),
    )
    .post(
      '/publish/action/',
      ...rawEndpoint(
        ctx,
        publish,
        (request, server) =>
          slots.within(addressOf(request, server, ctx.config), async () => {
            const { viewer, title, source } = await receiveVideo(ctx, request, server)
            await publishVideo(ctx, { authorId: viewer.id, title, source })
            return {}
          }),
        operation(publish, uploadBody(publish.params)),
      ),
    )
    .get(
      '/publish/list/',
      ...endpoint(ctx, publishList, (call) =>
        after(subjectOf(ctx.store, call), (userId) => {
          const own = userId === call.viewer?.id
          const fetch = (page: PageRequest) => ctx.store.videos.byAuthor(userId, own, page)
          return answerClips(ctx.store, call, fetch)
        }),
      ),
    )
}
