import { and, asc, eq, gt, gte, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../../errors.ts'
import { formatSize } from '../../../../lib/units.ts'
import type { Change } from '../../../cache/change.ts'
import {
  type MediaState,
  type MediaToStore,
  maxWaitingOfAuthor,
  type NewJob,
  type StoredMedia,
} from '../../../media.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { jobs, media, videos } from '../../engine/schema.ts'
import { createPublishTime } from '../publish-time.ts'

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
       OR EXISTS (SELECT 1 FROM media WHERE source = value)
       OR EXISTS (SELECT 1 FROM users WHERE avatar = value)
       OR EXISTS (SELECT 1 FROM users WHERE background = value)`,
  )
  const find = (condition: SQL): StoredMedia | null =>
    db.select().from(media).where(condition).get() ?? null
  /** Of some media: the works that aren't on the way to be removed. */
  const isWorkOf = (mediaId: number) => and(eq(videos.mediaId, mediaId), isNull(videos.removingAt))
  const videosOf = (mediaId: number): number[] => {
    const works = db.select({ id: videos.id }).from(videos).where(isWorkOf(mediaId))
    return works
      .orderBy(asc(videos.id))
      .all()
      .map(({ id }) => id)
  }
  const changed = (mediaId: number): Change[] =>
    videosOf(mediaId).map((id) => ({ type: 'video', id }))

  /** Makes every work of media visible that is ready now, within a commit. */
  const show = (mediaId: number): Change[] => {
    const works = db.select().from(videos).where(isWorkOf(mediaId))
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

  const addJob = (mediaId: number, authorId: number, { kind, seconds, reason }: NewJob): void => {
    const at = context.now()
    const failed = reason === null ? {} : { tries: 1, failedAt: at, nextAt: at + firstPauseMs }
    const added = { mediaId, kind, authorId, seconds, reason, createdAt: at }
    db.insert(jobs)
      .values({ ...added, nextAt: at, ...failed })
      .run()
  }

  /** @throws AppError too_many_waiting */
  const assertFewWait = (authorId: number): void => {
    // SQLite takes the index only where its own condition stands in the query.
    const waiting = and(eq(jobs.authorId, authorId), sql`${jobs.kind} = 'render'`)
    const found = db.select({ n: sql<number>`count(*)` }).from(jobs).where(waiting).get()
    if ((found?.n ?? 0) < maxWaitingOfAuthor) return
    throw new AppError('too_many_waiting', { max: maxWaitingOfAuthor })
  }

  /** Bytes of an author's works but those of some media, and how many works are of that. */
  const stored = (authorId: number, mediaId: number): { others: number; times: number } => {
    const isIt = sql`${videos.mediaId} = ${mediaId}`
    const found = db
      .select({
        others: sql<number>`coalesce(sum(iif(${isIt}, 0, ${media.size})), 0)`,
        times: sql<number>`coalesce(sum(${isIt}), 0)`,
      })
      .from(videos)
      .innerJoin(media, eq(media.id, videos.mediaId))
      .where(
        and(eq(videos.authorId, authorId), isNull(videos.removingAt), ne(media.state, 'failed')),
      )
      .get()
    return found ?? { others: 0, times: 0 }
  }

  return {
    changed,
    show,
    addJob,
    of: (sourceHash: string) => find(eq(media.sourceHash, sourceHash)),
    videosOf,

    /**
     * The row of new media, or of known, within a commit; and the videos that show something else
     * now, because the new takes the place of media that failed, or whose files are lost.
     * @param lost the video of the latter
     * @throws AppError media_gone, too_many_waiting
     */
    keep(
      given: MediaToStore | { readonly id: number },
      authorId: number,
      lost?: string | null,
    ): { kept: StoredMedia; changes: Change[] } {
      if (!('sourceHash' in given)) {
        const kept = find(eq(media.id, given.id))
        if (!kept) throw new AppError('media_gone')
        const due = { nextAt: context.now(), failedAt: context.now() }
        db.update(jobs)
          .set(due)
          .where(and(isDelayed, eq(jobs.mediaId, kept.id)))
          .run()
        return { kept, changes: [] }
      }
      const { job, ...columns } = given
      const known = find(eq(media.sourceHash, given.sourceHash))
      const stays = known && known.state !== 'failed' && known.video !== lost
      if (stays) return { kept: known, changes: [] }
      if (job?.kind === 'render') assertFewWait(authorId)
      const state = known?.state === 'ready' ? known.state : stateFor(job)
      const row = { ...columns, state, failure: null }
      if (known) db.delete(jobs).where(eq(jobs.mediaId, known.id)).run()
      const kept = known
        ? db.update(media).set(row).where(eq(media.id, known.id)).returning().get()
        : db.insert(media).values(row).returning().get()
      if (job) addJob(kept.id, authorId, job)
      if (!known) return { kept, changes: [] }
      return { kept, changes: isPlayable(kept) ? show(known.id) : changed(known.id) }
    },

    /** The work that the author made of the same media under the same title a moment ago. */
    secondTap(authorId: number, mediaId: number, title: string): number | null {
      const same = and(eq(videos.authorId, authorId), isWorkOf(mediaId))
      const recent = gte(videos.createdAt, context.now() - secondTapMs)
      const works = db.select({ id: videos.id }).from(videos)
      return works.where(and(same, eq(videos.title, title), recent)).get()?.id ?? null
    },

    stored,

    /** @throws AppError quota_exceeded, if one more work were more than the author may have */
    assertWithin(quota: number, authorId: number, added: StoredMedia): void {
      if (quota === 0) return
      const { others, times } = stored(authorId, added.id)
      if (others + added.size * (times + 1) <= quota) return
      throw new AppError('quota_exceeded', { max: formatSize(quota) })
    },

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

/** SQLite takes the index of delayed jobs only where its own condition stands in the query. */
export const isDelayed = sql`${jobs.running} = 0 and ${jobs.reason} is not null`

/** Whether there is a rendition; one that was lost is made anew of another upload. */
export const isPlayable = ({ state, source }: StoredMedia): boolean =>
  state === 'ready' && source === null

/** How long the same file under the same title is a second tap on the same button. */
const secondTapMs = 60_000

/** When a job is tried again that could not be done at once. */
const firstPauseMs = 60_000

const stateFor = (job: MediaToStore['job']): MediaState => {
  if (job?.kind !== 'render') return 'ready'
  return job.reason === null ? 'queued' : 'delayed'
}
