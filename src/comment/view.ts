import type { Static } from '@sinclair/typebox'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { Comment as CommentRecord } from '../store/comment.ts'
import { userView } from '../user/view.ts'
import type { Comment } from './model.ts'

/** A comment as the API shows one; its day is in the server's time zone. */
export function commentView(
  comment: CommentRecord,
  isFollow: boolean,
  origin: string,
): Static<typeof Comment> {
  return {
    id: comment.id,
    user: userView(comment.user, isFollow, origin),
    content: comment.content,
    create_date: monthAndDay(new Date(comment.createdAt)),
  }
}

/** Lists of comments, flagged by whether the viewer follows the author. */
export const commentLists = listResponses(
  cacheJson((comment: CommentRecord, isFollow, { origin }) =>
    jsonBytes(commentView(comment, isFollow === 1, origin)),
  ),
  ({ user }) => user.id,
)

const monthAndDay = (date: Date) => `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
const twoDigits = (number: number) => String(number).padStart(2, '0')
