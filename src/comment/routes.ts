import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { blankOf, openingsOf } from '../http/response/envelope.ts'
import { respondWithList } from '../http/response/paging.ts'
import { after } from '../lib/awaitable.ts'
import type { Store } from '../store/store.ts'
import { viewPeople } from '../user/followed.ts'
import { action, Comment, list } from './model.ts'
import { commentCard, showComments } from './view.ts'

/** `/douyin/comment/…`: write, delete, list the comments of a video. */
export const commentRoutes = (ctx: EndpointContext & { store: Store }) => {
  const none = blankOf(Comment) as ReturnType<typeof commentCard>
  return new Elysia({ name: 'comment', prefix: '/douyin/comment' })
    .post(
      '/action/',
      ...endpoint(ctx, action, ({ params, viewer, origin }) => {
        const place = { userId: viewer.id, videoId: params.video_id }
        if (params.action_type === 2) {
          const commentId = given(params.comment_id, 'comment_id')
          return after(ctx.store.comments.remove({ ...place, commentId }), () => ({
            comment: none,
          }))
        }
        const content = given(params.comment_text, 'comment_text')
        return after(ctx.store.comments.create({ ...place, content }), (comment) => ({
          comment: commentCard(comment, false, origin),
        }))
      }),
    )
    .get(
      '/list/',
      ...endpoint(ctx, list, (call) =>
        respondWithList(
          call,
          openings,
          (page) => ctx.store.comments.ofVideo(call.params.video_id, page),
          (comments) => viewPeople(ctx.store, call, showComments(comments)),
        ),
      ),
    )
}

const openings = openingsOf('comment_list', '[')

function given<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new AppError('missing', { field })
  return value
}
