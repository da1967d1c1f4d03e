import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import { after } from '../../../lib/awaitable.ts'
import type { Comments, Posted } from '../../comment.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { comments, videos } from '../engine/schema.ts'
import { createNoticeInsert } from './notice/add.ts'

const p = sql.placeholder

/** The queries of port `Comments`. */
export function createComments({ db, commit, caches, now }: QueryContext): Comments {
  const add = createCommentInsert(db)
  const find = db
    .select({ userId: comments.userId, videoId: comments.videoId, authorId: videos.authorId })
    .from(comments)
    .innerJoin(videos, eq(videos.id, comments.videoId))
    .where(eq(comments.id, p('commentId')))
    .prepare()
  const remove = db
    .delete(comments)
    .where(eq(comments.id, p('commentId')))
    .prepare()

  return {
    async create({ userId, videoId, content }) {
      const stored = await commit(() => add({ userId, videoId, content, at: now() }))
      const user = await caches.records.user(userId)
      // They were removed meanwhile, and with them what was said just now.
      if (!user) throw new AppError('user_not_found')
      return { ...stored, user }
    },

    remove: ({ userId, videoId, commentId }) =>
      commit(() => {
        const comment = find.get({ commentId })
        if (comment?.videoId !== videoId) throw new AppError('comment_not_found')
        if (comment.userId !== userId && comment.authorId !== userId)
          throw new AppError('forbidden')
        remove.run({ commentId })
        return written(undefined, { type: 'comment', videoId, on: false })
      }),

    ofVideo: (videoId, page) =>
      after(caches.records.video(videoId), (video) => {
        if (!video || video.publishedAt === null) throw new AppError('video_not_found')
        return caches.lists.comments.page(videoId, page)
      }),
  }
}

/**
 * Stores a comment, within a commit, and says who gets a notice of it. Raw SQL: drizzle would add a
 * tenth to each statement, and need RETURNING for the id, which doubles the second.
 * @throws AppError video_not_found, blocked
 */
export function createCommentInsert(
  db: Handle,
): (comment: {
  userId: number
  videoId: number
  content: string
  at: number
}) => Written<Omit<Posted, 'user'>> {
  const find = db.read<{ authorId: number; isBlocked: 0 | 1 }, [number, number]>(
    `SELECT author_id AS authorId,
       EXISTS (SELECT 1 FROM blocks WHERE user_id = author_id AND blocked_id = ?) AS isBlocked
     FROM videos WHERE id = ? AND published_at IS NOT NULL`,
  )
  const addNotice = createNoticeInsert(db)
  const insert = db.write<[number, number, string, number]>(
    'INSERT INTO comments (user_id, video_id, content, created_at) VALUES (?, ?, ?, ?)',
  )
  const setNotice = db.write<[number, number]>('UPDATE comments SET notice_id = ? WHERE id = ?')
  return ({ userId, videoId, content, at }) => {
    const video = find.get(userId, videoId)
    if (!video) throw new AppError('video_not_found')
    if (video.isBlocked) throw new AppError('blocked')
    const { lastInsertRowid } = insert.run(userId, videoId, content, at)
    const id = Number(lastInsertRowid)
    const noticeFor = video.authorId === userId ? null : video.authorId
    if (noticeFor !== null) {
      const about = { actorId: userId, objectId: videoId, commentId: id, at }
      setNotice.run(addNotice({ userId: noticeFor, kind: 'comment', ...about }), id)
    }
    const comment = { id, content, createdAt: at, noticeFor }
    return written(comment, { type: 'comment', videoId, on: true })
  }
}
