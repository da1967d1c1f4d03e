import { and, asc, desc, eq, gt, ne, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import { formatSize } from '../../../lib/units.ts'
import type { Change } from '../../cache/change.ts'
import type { MediaState, NewMedia, StoredMedia } from '../../media.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { media, videos } from '../engine/schema.ts'
import { createPublishTime } from './publish-time.ts'

/**
 * The queries about what was uploaded, as those about videos and seeding need them. They are rare
 * beside the upload itself, so statements are prepared when they are run.
 */
export function createMediaQueries(context: Pick<QueryContext, 'db' | 'now'>) {
  const { db } = context
  const nextPublishTime = createPublishTime(context)
  // Raw SQL: drizzle can't select from json_each.
  const owned = db.read<{ name: string }, [string]>(
    `SELECT value AS name FROM json_each(?)
     WHERE EXISTS (SELECT 1 FROM media WHERE video = value)
       OR EXISTS (SELECT 1 FROM media WHERE cover = value)
       OR EXISTS (SELECT 1 FROM media WHERE source = value)`,
  )
  const find = (condition: SQL): StoredMedia | null =>
    db.select().from(media).where(condition).get() ?? null
  const ofVideos = (condition: SQL | undefined) =>
    db
      .select({ videoId: videos.id, media })
      .from(videos)
      .innerJoin(media, eq(media.id, videos.mediaId))
      .where(condition)
      .orderBy(desc(videos.id))
  const videosOf = (mediaId: number): number[] => {
    const works = db.select({ id: videos.id }).from(videos).where(eq(videos.mediaId, mediaId))
    return works
      .orderBy(asc(videos.id))
      .all()
      .map(({ id }) => id)
  }
  const changed = (mediaId: number): Change[] =>
    videosOf(mediaId).map((id) => ({ type: 'video', id }))

  /** Makes every work of media visible that is ready now, within a commit. */
  const show = (mediaId: number): Change[] => {
    const works = db.select().from(videos).where(eq(videos.mediaId, mediaId))
    return works
      .orderBy(asc(videos.id))
      .all()
      .map(({ id, authorId, publishedAt: before }): Change => {
        if (before !== null) return { type: 'video', id }
        const publishedAt = nextPublishTime()
        db.update(videos).set({ publishedAt }).where(eq(videos.id, id)).run()
        return { type: 'published', videoId: id, authorId, publishedAt }
      })
  }

  return {
    changed,
    show,
    of: (sourceHash: string) => find(eq(media.sourceHash, sourceHash)),
    videosOf,

    /**
     * The row of new media, or of known, within a commit; and the videos that show something else
     * now, because the new takes the place of media that failed. @throws AppError media_gone
     */
    keep(given: NewMedia | { readonly id: number }): { kept: StoredMedia; changes: Change[] } {
      if (!('sourceHash' in given)) {
        const kept = find(eq(media.id, given.id))
        if (!kept) throw new AppError('media_gone')
        return { kept, changes: [] }
      }
      const state = given.source === null ? 'ready' : 'queued'
      const known = find(eq(media.sourceHash, given.sourceHash))
      const row = { ...given, state } as const
      if (!known) return { kept: db.insert(media).values(row).returning().get(), changes: [] }
      if (known.state !== 'failed') return { kept: known, changes: [] }
      const renewed = { ...row, failure: null, tries: 0 } as const
      const update = db.update(media).set(renewed).where(eq(media.id, known.id))
      const kept = update.returning().get()
      return { kept, changes: state === 'ready' ? show(known.id) : changed(known.id) }
    },

    /** @throws AppError quota_exceeded, if one more work were more than the author may have */
    assertWithin(quota: number, authorId: number, added: StoredMedia): void {
      if (quota === 0) return
      const used = db
        .select({ bytes: sql<number>`coalesce(sum(${media.size}), 0)` })
        .from(videos)
        .innerJoin(media, eq(media.id, videos.mediaId))
        .where(and(eq(videos.authorId, authorId), ne(media.state, 'failed')))
        .get()
      if ((used?.bytes ?? 0) + added.size <= quota) return
      throw new AppError('quota_exceeded', { max: formatSize(quota) })
    },

    newest: (state: MediaState | null, limit: number) =>
      ofVideos(state === null ? undefined : eq(media.state, state))
        .limit(limit)
        .all(),

    ofVideo: (videoId: number) => ofVideos(eq(videos.id, videoId)).get()?.media ?? null,

    ownedAmong: (names: readonly string[]) =>
      new Set(owned.all(JSON.stringify(names)).map(({ name }) => name)),

    after: (afterId: number, limit: number): StoredMedia[] =>
      db
        .select()
        .from(media)
        .where(gt(media.id, afterId))
        .orderBy(asc(media.id))
        .limit(limit)
        .all(),
  }
}
