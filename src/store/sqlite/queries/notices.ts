import { and, count, desc, eq, gt, lt, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Notice, Notices } from '../../relation.ts'
import { written } from '../commit/group-commit.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { comments, notices, users } from '../engine/schema.ts'
import { top } from '../loaders/cursor.ts'

const p = sql.placeholder
const kinds = [null, 'like', 'comment', 'follow'] as const

/** The queries of port `Notices`. What makes and removes them are triggers: see 0010_notices.sql. */
export function createNotices({ db, commit, caches }: QueryContext): Notices {
  const list = db
    .select({
      id: notices.id,
      actorId: notices.actorId,
      kind: notices.kind,
      objectId: notices.objectId,
      createdAt: notices.createdAt,
      content: comments.content,
    })
    .from(notices)
    .leftJoin(comments, eq(comments.id, notices.commentId))
    .where(and(eq(notices.userId, p('userId')), lt(notices.id, p('before'))))
    .orderBy(desc(notices.id))
    .limit(p('limit'))
    .prepare()
  const place = db
    .select({ readId: users.noticesReadId })
    .from(users)
    .where(eq(users.id, p('userId')))
    .prepare()
  const unread = db
    .select({ unread: count() })
    .from(notices)
    .where(and(eq(notices.userId, p('userId')), gt(notices.id, p('readId'))))
    .prepare()
  const newest = db
    .select({ id: notices.id })
    .from(notices)
    .where(and(eq(notices.userId, p('userId')), lt(notices.id, p('before'))))
    .orderBy(desc(notices.id))
    .limit(1)
    .prepare()
  const read = db
    .update(users)
    .set({ noticesReadId: sql`max(${users.noticesReadId}, ${p('readId')})` })
    .where(eq(users.id, p('userId')))
    .prepare()

  return {
    async list(userId, { cursor, limit }) {
      if (cursor !== null && !/^\d{1,16}$/.test(cursor)) {
        throw new AppError('invalid', { field: 'cursor' })
      }
      // One more than is shown, so that the last page knows that it is the last.
      const before = cursor === null ? top : Number(cursor)
      const rows = list.all({ userId, before, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const [people, clips] = await Promise.all([
        caches.records.users(shown.map(({ actorId }) => actorId)),
        caches.records.clips(shown.filter(({ kind }) => kind < 3).map((row) => row.objectId)),
      ])
      const userOf = new Map(people.map((user) => [user.id, user]))
      const clipOf = new Map(clips.map((clip) => [clip.video.id, clip]))
      const items = shown.flatMap(({ actorId, objectId, kind, ...row }): Notice[] => {
        const user = userOf.get(actorId)
        const clip = kind < 3 ? clipOf.get(objectId) : null
        const name = kinds[kind]
        // What went between the two reads is no notice any more.
        return user && name && clip !== undefined ? [{ ...row, kind: name, user, clip }] : []
      })
      const last = shown.at(-1)
      return { items, next: rows.length > limit && last ? String(last.id) : null }
    },

    async unread(userId) {
      const readId = place.get({ userId })?.readId ?? 0
      return { unread: unread.get({ userId, readId })?.unread ?? 0, readId }
    },

    read: (userId, upToId = top - 1) =>
      commit(() => {
        const last = newest.get({ userId, before: upToId + 1 })
        // Never beyond the newest: what comes after it must be unread.
        if (last) read.run({ userId, readId: last.id })
        return written(undefined)
      }),
  }
}
