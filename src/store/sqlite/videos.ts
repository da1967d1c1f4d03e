import { and, desc, eq, lt, lte, sql } from 'drizzle-orm'
import { AppError } from '../../errors.ts'
import { formatSize } from '../../units.ts'
import type { NewMedia, Videos } from '../store.ts'
import type { Engine } from './engine.ts'
import { pageOf, placeOf } from './page.ts'
import { media, users, videos } from './schema.ts'

/** The queries of port `Videos`. */
export function createVideos({ db, raw, commit, records, now }: Engine): Videos {
  const p = sql.placeholder
  const mediaOf = db
    .select()
    .from(media)
    .where(eq(media.sourceHash, p('sourceHash')))
    .prepare()
  const insertMedia = db
    .insert(media)
    .values({
      sourceHash: p('sourceHash'),
      state: p('state'),
      video: p('video'),
      cover: p('cover'),
      size: p('size'),
      width: p('width'),
      height: p('height'),
      duration: p('duration'),
      codec: p('codec'),
    })
    .returning()
    .prepare()
  const insert = db
    .insert(videos)
    .values({
      authorId: p('authorId'),
      mediaId: p('mediaId'),
      title: p('title'),
      createdAt: p('now'),
      publishedAt: p('publishedAt'),
    })
    .returning({ id: videos.id })
    .prepare()
  const countWork = db
    .update(users)
    .set({ workCount: sql`${users.workCount} + 1` })
    .where(eq(users.id, p('id')))
    .returning({ id: users.id })
    .prepare()
  const usage = db
    .select({ bytes: sql<number>`coalesce(sum(${media.size}), 0)` })
    .from(videos)
    .innerJoin(media, eq(media.id, videos.mediaId))
    .where(eq(videos.authorId, p('authorId')))
    .prepare()
  const feed = db
    .select({ id: videos.id })
    .from(videos)
    .where(lte(videos.publishedAt, p('until')))
    .orderBy(desc(videos.publishedAt))
    .limit(p('limit'))
    .prepare()
  const byAuthor = db
    .select({ at: videos.id, id: videos.id })
    .from(videos)
    .where(and(eq(videos.authorId, p('authorId')), lt(videos.id, p('before'))))
    .orderBy(desc(videos.id))
    .limit(p('limit'))
    .prepare()
  const owned = raw.prepare<{ name: string }, []>(
    'SELECT video AS name FROM media UNION ALL SELECT cover FROM media',
  )
  const nextMoment = momentOf(raw, now)

  const keep = (found: NewMedia) =>
    mediaOf.get({ sourceHash: found.sourceHash }) ?? insertMedia.get({ ...found })

  return {
    async mediaOf(sourceHash) {
      return mediaOf.get({ sourceHash }) ?? null
    },

    async publish({ authorId, title, media: found, quota }) {
      const id = await commit(() => {
        if (!countWork.get({ id: authorId })) throw new AppError('user_not_found')
        const kept = keep(found)
        if (quota > 0 && (usage.get({ authorId })?.bytes ?? 0) + kept.size > quota) {
          throw new AppError('quota_exceeded', { max: formatSize(quota) })
        }
        const publishedAt = kept.state === 'ready' ? nextMoment() : null
        records.dropUser(authorId)
        return insert.get({
          authorId,
          mediaId: kept.id,
          title,
          now: now(),
          publishedAt,
        }).id
      })
      return records.clip(id)!
    },

    async byId(id) {
      return records.clip(id)
    },

    async feed(until, limit) {
      return records.clips(feed.all({ until, limit }).map((row) => row.id))
    },

    async byAuthor(authorId, { cursor, limit }) {
      const before = placeOf(cursor).id
      return pageOf(byAuthor.all({ authorId, before, limit: limit + 1 }), limit, records.clips)
    },

    async ownedBlobs() {
      return new Set(owned.all().map((row) => row.name))
    },
  }
}

/**
 * Answers a moment for something that becomes visible now: the time, or one millisecond after the
 * newest if that was taken already, so that no two videos ever share one.
 */
export function momentOf(raw: Engine['raw'], now: () => number): () => number {
  const newest = raw.prepare<{ at: number | null }, []>(
    'SELECT max(published_at) AS at FROM videos',
  )
  return () => Math.max(now(), (newest.get()?.at ?? 0) + 1)
}
