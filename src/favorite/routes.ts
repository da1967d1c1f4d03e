import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { after } from '../lib/awaitable.ts'
import { tell } from '../notice/tell.ts'
import { findAsked } from '../user/find.ts'
import { respondVideos } from '../video/list.ts'
import { action, list } from './model.ts'

/** `/douyin/favorite/…`: like, unlike, list what a user likes. */
export function favoriteRoutes(ctx: EndpointContext & Pick<Context, 'store' | 'bus'>) {
  const { users, favorites } = ctx.store
  return new Elysia({ name: 'favorite', prefix: '/douyin/favorite' })
    .post(
      '/action/',
      ...endpoint(ctx, action, async ({ params, viewer }) => {
        const told = await favorites.set(viewer.id, params.video_id, params.action_type === 1)
        tell(ctx.bus, told, viewer.id, 'like')
        return {}
      }),
    )
    .get(
      '/list/',
      ...endpoint(ctx, list, (call) =>
        // The handler takes 2.8 instead of 3.3 µs with `await`.
        after(findAsked(users, call), ({ id }) =>
          respondVideos(ctx.store, call, (page) => favorites.ofUser(id, page)),
        ),
      ),
    )
}
