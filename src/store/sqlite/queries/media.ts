import { and, asc, desc, eq, gt, ne, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import { formatSize } from '../../../lib/units.ts'
import type { Change } from '../../cache/change.ts'
import type { MediaState, NewMedia, StoredMedia } from '../../media.ts'
import type { Handle } from '../engine/handle.ts'
import { params, setParams } from '../engine/params.ts'
import { media, videos } from '../engine/schema.ts'

const p = sql.placeholder

/** The queries about what was uploaded, as those about videos and seeding need them. */
export function createMediaQueries(db: Handle) {
  const byHash = db
    .select()
    .from(media)
    .where(eq(media.sourceHash, p('sourceHash')))
    .prepare()
  const byId = db
    .select()
    .from(media)
    .where(eq(media.id, p('id')))
    .prepare()
  const insert = db
    .insert(media)
    .values({
      ...params('sourceHash', 'state', 'video', 'cover', 'source'),
      ...params('size', 'width', 'height', 'duration', 'codec'),
    })
    .returning()
    .prepare()
  const renew = db
    .update(media)
    .set({ ...setParams('state', 'video', 'cover', 'source'), failure: null, tries: 0 })
    .where(eq(media.sourceHash, p('sourceHash')))
    .returning()
    .prepare()
  const videosOf = db
    .select({ id: videos.id })
    .from(videos)
    .where(eq(videos.mediaId, p('mediaId')))
    .orderBy(asc(videos.id))
    .prepare()
  const usage = db
    .select({ bytes: sql<number>`coalesce(sum(${media.size}), 0)` })
    .from(videos)
    .innerJoin(media, eq(media.id, videos.mediaId))
    .where(and(eq(videos.authorId, p('authorId')), ne(media.state, 'failed')))
    .prepare()
  // Raw SQL: drizzle can't select from json_each.
  const owned = db.read<{ name: string }, [string]>(
    `SELECT value AS name FROM json_each(?)
     WHERE EXISTS (SELECT 1 FROM media WHERE video = value)
       OR EXISTS (SELECT 1 FROM media WHERE cover = value)
       OR EXISTS (SELECT 1 FROM media WHERE source = value)`,
  )
  const after = db
    .select()
    .from(media)
    .where(gt(media.id, p('afterId')))
    .orderBy(asc(media.id))
    .limit(p('limit'))
    .prepare()
  const ofVideo = db
    .select({ media })
    .from(videos)
    .innerJoin(media, eq(media.id, videos.mediaId))
    .where(eq(videos.id, p('videoId')))
    .prepare()

  return {
    of: (sourceHash: string): StoredMedia | null => byHash.get({ sourceHash }) ?? null,

    videosOf: (mediaId: number): number[] => videosOf.all({ mediaId }).map(({ id }) => id),

    /**
     * The row of new media, or of known, within a commit; and the videos that show something else
     * now, because the new takes the place of media that failed. @throws AppError media_gone
     */
    keep(given: NewMedia | { readonly id: number }): { kept: StoredMedia; changes: Change[] } {
      if (!('sourceHash' in given)) {
        const known = byId.get({ id: given.id })
        if (!known) throw new AppError('media_gone')
        return { kept: known, changes: [] }
      }
      const state = given.source === null ? 'ready' : 'queued'
      const known = byHash.get({ sourceHash: given.sourceHash })
      if (!known) return { kept: insert.get({ ...given, state }), changes: [] }
      if (known.state !== 'failed') return { kept: known, changes: [] }
      const changes = this.videosOf(known.id).map((id): Change => ({ type: 'video', id }))
      return { kept: renew.get({ ...given, state }), changes }
    },

    /** @throws AppError quota_exceeded, if one more work were more than the author may have */
    assertWithin(quota: number, authorId: number, added: StoredMedia): void {
      if (quota === 0) return
      if ((usage.get({ authorId })?.bytes ?? 0) + added.size <= quota) return
      throw new AppError('quota_exceeded', { max: formatSize(quota) })
    },

    newest(state: MediaState | null, limit: number): { videoId: number; media: StoredMedia }[] {
      return db
        .select({ videoId: videos.id, media })
        .from(videos)
        .innerJoin(media, eq(media.id, videos.mediaId))
        .where(state === null ? undefined : eq(media.state, state))
        .orderBy(desc(videos.id))
        .limit(limit)
        .all()
    },

    ofVideo: (videoId: number): StoredMedia | null => ofVideo.get({ videoId })?.media ?? null,

    ownedAmong: (names: readonly string[]): Set<string> =>
      new Set(owned.all(JSON.stringify(names)).map(({ name }) => name)),

    after: (afterId: number, limit: number): StoredMedia[] => after.all({ afterId, limit }),
  }
}
