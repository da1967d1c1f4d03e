import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import { blankOf, openingsOf } from '../http/response/envelope.ts'
import { respondWithList } from '../http/response/paging.ts'
import { tell } from '../notice/tell.ts'
import { withFollowFlags } from '../user/follow-flags.ts'
import { action, Comment, list } from './model.ts'
import { commentLists, commentView } from './view.ts'

/** `/douyin/comment/…`: write, delete, list the comments of a video. */
export function commentRoutes(ctx: EndpointContext & Pick<Context, 'store' | 'bus'>) {
  const { comments, relations } = ctx.store
  return new Elysia({ name: 'comment', prefix: '/douyin/comment' })
    .post(
      '/action/',
      ...endpoint(ctx, action, async ({ params, viewer, origin }) => {
        const place = { userId: viewer.id, videoId: params.video_id }
        if (params.action_type === 2) {
          const commentId = required(params.comment_id, 'comment_id')
          await comments.remove({ ...place, commentId })
          return { comment: noComment }
        }
        const content = required(params.comment_text, 'comment_text')
        const comment = await comments.create({ ...place, content })
        tell(ctx.bus, comment.noticeFor, viewer.id, 'comment')
        return { comment: commentView(comment, false, origin) }
      }),
    )
    .get(
      '/list/',
      ...endpoint(ctx, list, (call) =>
        respondWithList(
          call,
          openings,
          (page) => comments.ofVideo(call.params.video_id, page),
          (found) => withFollowFlags(relations, call, commentLists(found)),
        ),
      ),
    )
}

const openings = openingsOf('comment_list', '[')

/** A deletion has a `comment` too, since a field of the API is never left out. */
const noComment = blankOf(Comment) as ReturnType<typeof commentView>

function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new AppError('missing', { field })
  return value
}
