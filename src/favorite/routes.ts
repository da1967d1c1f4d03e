import { Elysia } from 'elysia'
import { done, type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { after } from '../lib/awaitable.ts'
import type { Store } from '../store/store.ts'
import { subjectOf } from '../user/subject.ts'
import { answerClips } from '../video/list-response.ts'
import { action, list } from './model.ts'

/** `/douyin/favorite/…`: like, unlike, list what somebody likes. */
export const favoriteRoutes = (ctx: EndpointContext & { store: Store }) =>
  new Elysia({ name: 'favorite', prefix: '/douyin/favorite' })
    .post(
      '/action/',
      ...endpoint(ctx, action, ({ params, viewer }) =>
        after(ctx.store.favorites.set(viewer.id, params.video_id, params.action_type === 1), done),
      ),
    )
    .get(
      '/list/',
      ...endpoint(ctx, list, (call) =>
        after(subjectOf(ctx.store, call), (userId) =>
          answerClips(ctx.store, call, (page) => ctx.store.favorites.ofUser(userId, page)),
        ),
      ),
    )
