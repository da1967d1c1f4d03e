import { and, desc, eq, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../errors.ts'
import type { Videos } from '../video.ts'
import type { Engine } from './engine.ts'
import { createMedia } from './media.ts'
import { momentOf } from './moment.ts'
import { type Place, pageOf, placeOf } from './page.ts'
import { createRemoval } from './removal.ts'
import { users, videos } from './schema.ts'

/** The queries of port `Videos`. */
export function createVideos(engine: Engine): Videos {
  const { db, raw, commit, records, lists, feed, now } = engine
  const p = sql.placeholder
  const media = createMedia(engine)
  const insert = db
    .insert(videos)
    .values({
      authorId: p('authorId'),
      mediaId: p('mediaId'),
      title: p('title'),
      createdAt: p('now'),
      publishedAt: p('publishedAt'),
    })
    .returning({ id: videos.id, publishedAt: videos.publishedAt })
    .prepare()
  const author = db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.id, p('id')))
    .prepare()
  const countWork = raw.prepare('UPDATE users SET work_count = work_count + 1 WHERE id = ?')
  const works = (extra?: SQL) =>
    db
      .select({ at: videos.id, id: videos.id })
      .from(videos)
      .where(and(eq(videos.authorId, p('authorId')), lt(videos.id, p('before')), extra))
      .orderBy(desc(videos.id))
      .limit(p('limit'))
      .prepare()
  const everyWork = works()
  const visibleWorks = works(isNotNull(videos.publishedAt))
  const nextMoment = momentOf(engine)

  return {
    mediaOf: async (sourceHash) => media.of(sourceHash),

    async publish({ authorId, title, media: given, quota }) {
      const row = await commit(() => {
        if (!author.get({ id: authorId })) throw new AppError('user_not_found')
        const kept = media.keep(given)
        media.assertWithin(quota, authorId, kept)
        const publishedAt = kept.state === 'ready' ? nextMoment() : null
        if (publishedAt !== null) countWork.run(authorId)
        records.dropUser(authorId)
        lists.drop('works', authorId)
        return insert.get({ authorId, mediaId: kept.id, title, now: now(), publishedAt })
      })
      if (row.publishedAt !== null) feed.added(row.id, row.publishedAt)
      return records.clip(row.id)!
    },

    byId: async (id) => records.clip(id),

    feed: (until, limit) => feed.page(until, limit),

    byAuthor(authorId, hidden, { cursor, limit }) {
      const works = hidden ? everyWork : visibleWorks
      const before = placeOf(cursor).id
      const query = () => works.all({ authorId, before, limit: limit + 1 })
      const kind = hidden ? 'own works' : 'works'
      const show = (rows: readonly Place[]) => pageOf(rows, limit, records.clips)
      return cursor === null ? lists.first(kind, authorId, limit, query, show) : show(query())
    },

    async list({ limit, state }) {
      const rows = media.newest(state, limit)
      const clips = new Map(
        records.clips(rows.map((row) => row.videoId)).map((c) => [c.video.id, c]),
      )
      return rows.flatMap((row) => {
        const clip = clips.get(row.videoId)
        return clip ? { ...clip, media: row.media } : []
      })
    },

    async show(id) {
      const clip = records.clip(id)
      const found = media.ofVideo(id)
      return clip && found ? { ...clip, media: found } : null
    },

    remove: createRemoval(engine),
    ownedAmong: async (names) => media.ownedAmong(names),
    mediaAfter: async (afterId, limit) => media.after(afterId, limit),
  }
}
