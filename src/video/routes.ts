import { Elysia } from 'elysia'
import { operation } from '../http/docs/operation.ts'
import { uploadBody } from '../http/docs/upload.ts'
import { type EndpointContext, endpoint, rawEndpoint } from '../http/endpoint/endpoint.ts'
import { addressOf } from '../http/endpoint/forwarded.ts'
import { after } from '../lib/awaitable.ts'
import { createConcurrencyLimit } from '../lib/concurrency.ts'
import { findListOwner } from '../user/find.ts'
import { respondFeed } from './feed.ts'
import { respondVideos } from './list-response.ts'
import { feed, publish, publishList } from './model.ts'
import { type PublishServices, publishVideo } from './publish.ts'
import { receiveVideo } from './upload.ts'

/** `/douyin/feed` and `/douyin/publish/…`: watch, upload, list the works of a user. */
export const videoRoutes = (ctx: EndpointContext & PublishServices) => {
  const { users, videos } = ctx.store
  const slots = createConcurrencyLimit(ctx.config.uploadsPerAddress)
  return new Elysia({ name: 'video', prefix: '/douyin' })
    .get('/feed/', ...endpoint(ctx, feed, (call) => respondFeed(ctx.store, call)))
    .post(
      '/publish/action/',
      ...rawEndpoint(
        publish,
        ({ request, server }) =>
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
        after(findListOwner(users, call), ({ id }) => {
          const own = id === call.viewer?.id
          return respondVideos(ctx.store, call, (page) => videos.byAuthor(id, own, page))
        }),
      ),
    )
}
