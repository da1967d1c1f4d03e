import { Elysia } from 'elysia'
import { operation } from '../http/docs/operation.ts'
import { endpoint, rawEndpoint } from '../http/endpoint/endpoint.ts'
import { after } from '../lib/awaitable.ts'
import { findListOwner } from '../user/find.ts'
import { respondFeed } from './feed.ts'
import { respondVideos } from './list.ts'
import { feed, publish, publishList } from './model.ts'
import { createPublish, type PublishServices } from './publish.ts'

/** `/douyin/feed` and `/douyin/publish/…`: watch, upload, list the works of a user. */
export function videoRoutes(ctx: PublishServices) {
  const { users, videos } = ctx.store
  const publishVideo = createPublish(ctx)
  return new Elysia({ name: 'video', prefix: '/douyin' })
    .get('/feed/', ...endpoint(ctx, feed, (call) => respondFeed(ctx.store, call)))
    .post(
      '/publish/action/',
      ...rawEndpoint(
        publish,
        async ({ request, store }) => {
          await publishVideo(request, store.server ?? null)
          return {}
        },
        operation(publish, { name: 'data', about: { zh: '视频数据', en: 'The video' } }),
      ),
    )
    .get(
      '/publish/list/',
      ...endpoint(ctx, publishList, (call) =>
        // The handler takes 2.4 instead of 3.0 µs with `await`.
        after(findListOwner(users, call), ({ id }) => {
          const isOwn = id === call.viewer?.id
          return respondVideos(ctx.store, call, (page) => videos.byAuthor(id, isOwn, page))
        }),
      ),
    )
}
