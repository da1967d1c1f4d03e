import type { Static } from '@sinclair/typebox'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { Comment as CommentRecord } from '../store/comment.ts'
import { userCard } from '../user/view.ts'
import type { Comment } from './model.ts'

/** A comment as the viewer is to see it; its day is that of the server's time zone. */
export function commentCard(
  comment: CommentRecord,
  isFollow: boolean,
  origin: string,
): Static<typeof Comment> {
  return {
    id: comment.id,
    user: userCard(comment.user, isFollow, origin),
    content: comment.content,
    create_date: monthAndDay(new Date(comment.createdAt)),
  }
}

/** Lists of comments; a viewer's marks are the writers whom the viewer follows. */
export const showComments = listResponses(
  cacheJson((comment: CommentRecord, isFollow, { origin }) =>
    jsonBytes(commentCard(comment, isFollow === 1, origin)),
  ),
  ({ user }) => user.id,
)

const monthAndDay = (date: Date) => `${two(date.getMonth() + 1)}-${two(date.getDate())}`
const two = (number: number) => String(number).padStart(2, '0')
