import type { Static } from '@sinclair/typebox'
import { type Encoded, encode, encodings } from '../http/encoded.ts'
import type { Comment as CommentRecord } from '../store/store.ts'
import { userCard } from '../user/card.ts'
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

const kept = encodings<CommentRecord>()

/** The same, encoded. */
export const commentJson = (comment: CommentRecord, isFollow: boolean, origin: string): Encoded =>
  kept(comment, origin, isFollow ? 1 : 0, () => encode(commentCard(comment, isFollow, origin)))

const monthAndDay = (date: Date) => `${two(date.getMonth() + 1)}-${two(date.getDate())}`
const two = (number: number) => String(number).padStart(2, '0')
