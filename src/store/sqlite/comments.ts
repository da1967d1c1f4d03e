import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { AppError } from '../../errors.ts'
import type { Comment, Comments } from '../comment.ts'
import type { User } from '../user.ts'
import type { Engine } from './engine.ts'
import { placeOf } from './page.ts'
import { pairing } from './pairing.ts'
import { comments } from './schema.ts'

type Row = Omit<Comment, 'user'> & { userId: number }

/** The queries of port `Comments`. */
export function createComments(engine: Engine): Comments {
  const { db, prepareUncounted, commitChecked, counters, records, lists, now } = engine
  const p = sql.placeholder
  const visible = prepareUncounted<unknown, [number]>(
    'SELECT 1 FROM videos WHERE id = ? AND published_at IS NOT NULL',
  )
  const insert = db
    .insert(comments)
    .values({
      userId: p('userId'),
      videoId: p('videoId'),
      content: p('content'),
      createdAt: p('now'),
    })
    .returning({ id: comments.id, createdAt: comments.createdAt })
    .prepare()
  const find = db
    .select({ userId: comments.userId, videoId: comments.videoId })
    .from(comments)
    .where(eq(comments.id, p('commentId')))
    .prepare()
  const remove = db
    .delete(comments)
    .where(eq(comments.id, p('commentId')))
    .prepare()
  const newest = db
    .select({
      id: comments.id,
      userId: comments.userId,
      content: comments.content,
      createdAt: comments.createdAt,
    })
    .from(comments)
    .where(and(eq(comments.videoId, p('videoId')), lt(comments.id, p('before'))))
    .orderBy(desc(comments.id))
    .limit(p('limit'))
    .prepare()

  const commentOf = pairing(
    ({ id, content, createdAt }: Row, user: User): Comment => ({
      id,
      user,
      content,
      createdAt,
    }),
  )

  return {
    async create({ userId, videoId, content }) {
      const row = await commitChecked(() => {
        if (!visible.get(videoId)) throw new AppError('video_not_found')
        const comment = insert.get({ userId, videoId, content, now: now() })
        counters.video(videoId, { commentCount: 1 })
        lists.drop('comments', videoId)
        return comment
      })
      return { ...row, content, user: records.user(userId)! }
    },

    remove: ({ userId, videoId, commentId }) =>
      commitChecked(() => {
        const comment = find.get({ commentId })
        if (!comment || comment.videoId !== videoId) throw new AppError('comment_not_found')
        if (comment.userId !== userId) throw new AppError('forbidden')
        remove.run({ commentId })
        counters.video(videoId, { commentCount: -1 })
        lists.drop('comments', videoId)
      }),

    ofVideo(videoId, { cursor, limit }) {
      const clip = records.clip(videoId)
      if (!clip || clip.video.publishedAt === null) throw new AppError('video_not_found')
      const query = () => newest.all({ videoId, before: placeOf(cursor).id, limit: limit + 1 })
      const show = (rows: readonly Row[]) => {
        const shown = rows.slice(0, limit)
        const found = records.users([...new Set(shown.map((row) => row.userId))])
        const users = new Map(found.map((user) => [user.id, user]))
        const items = shown.flatMap((row) => {
          const user = users.get(row.userId)
          return user ? commentOf(row, user) : []
        })
        return { items, next: rows.length > limit ? `0.${shown.at(-1)?.id}` : null }
      }
      return cursor === null ? lists.first('comments', videoId, limit, query, show) : show(query())
    },
  }
}
