import { asc, desc, eq, gt, sql } from 'drizzle-orm'
import { AppError } from '../../errors.ts'
import { formatSize } from '../../lib/units.ts'
import type { Media, MediaState, NewMedia } from '../media.ts'
import type { Engine } from './engine.ts'
import { media, videos } from './schema.ts'

/** The queries about what was uploaded, as those about videos need them. */
export function createMedia({ db, raw, records }: Engine) {
  const p = sql.placeholder
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
      sourceHash: p('sourceHash'),
      state: p('state'),
      video: p('video'),
      cover: p('cover'),
      source: p('source'),
      size: p('size'),
      width: p('width'),
      height: p('height'),
      duration: p('duration'),
      codec: p('codec'),
    })
    .returning()
    .prepare()
  const renew = db
    .update(media)
    .set({
      ...{ state: sql`${p('state')}`, failure: null, tries: 0 },
      ...{ video: sql`${p('video')}`, cover: sql`${p('cover')}`, source: sql`${p('source')}` },
    })
    .where(eq(media.sourceHash, p('sourceHash')))
    .returning()
    .prepare()
  const works = raw.prepare<{ id: number }, [number]>('SELECT id FROM videos WHERE media_id = ?')
  const usage = raw.prepare<{ bytes: number }, [number]>(
    `SELECT coalesce(sum(m.size), 0) AS bytes
     FROM videos v JOIN media m ON m.id = v.media_id
     WHERE v.author_id = ? AND m.state <> 'failed'`,
  )
  const owned = raw.prepare<{ name: string }, { names: string }>(
    `SELECT value AS name FROM json_each($names)
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

  return {
    of: (sourceHash: string): Media | null => byHash.get({ sourceHash }) ?? null,

    /** The row of new media, or of known; for use within a write. @throws AppError media_gone */
    keep(given: NewMedia | { readonly id: number }): Media {
      if (!('sourceHash' in given)) {
        const known = byId.get({ id: given.id })
        if (!known) throw new AppError('media_gone')
        return known
      }
      const state = given.source === null ? 'ready' : 'queued'
      const kept = byHash.get({ sourceHash: given.sourceHash })
      if (kept?.state !== 'failed') return kept ?? insert.get({ ...given, state })
      for (const { id } of works.all(kept.id)) records.dropVideo(id)
      return renew.get({ ...given, state })
    },

    /** @throws AppError quota_exceeded, if one more work were more than the author may have */
    assertWithin(quota: number, authorId: number, added: Media): void {
      if (quota === 0) return
      if ((usage.get(authorId)?.bytes ?? 0) + added.size <= quota) return
      throw new AppError('quota_exceeded', { max: formatSize(quota) })
    },

    newest(state: MediaState | null, limit: number): { videoId: number; media: Media }[] {
      return db
        .select({ videoId: videos.id, media })
        .from(videos)
        .innerJoin(media, eq(media.id, videos.mediaId))
        .where(state === null ? undefined : eq(media.state, state))
        .orderBy(desc(videos.id))
        .limit(limit)
        .all()
    },

    ofVideo(videoId: number): Media | null {
      const row = db
        .select({ media })
        .from(videos)
        .innerJoin(media, eq(media.id, videos.mediaId))
        .where(eq(videos.id, videoId))
        .get()
      return row?.media ?? null
    },

    ownedAmong: (names: readonly string[]): Set<string> =>
      new Set(owned.all({ names: JSON.stringify(names) }).map((row) => row.name)),

    after: (afterId: number, limit: number): Media[] => after.all({ afterId, limit }),
  }
}
