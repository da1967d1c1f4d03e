import { and, asc, eq, getTableColumns, lte, notInArray, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../../errors.ts'
import type { Finished, Job, JobFilter, Jobs, MediaState, StoredMedia } from '../../../media.ts'
import { type Written, written } from '../../commit/group-commit.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { jobs, media, videos } from '../../engine/schema.ts'
import { createMediaQueries } from './media.ts'
import { createMediaRates } from './rates.ts'

const any: JobFilter = { long: true, delayed: true, maxShortSeconds: 0, notOf: [] }

type JobRow = typeof jobs.$inferSelect

/** SQLite takes these indexes only where their own conditions stand in the query. */
const isWaiting = sql`${jobs.running} = 0`
const isRunning = sql`${jobs.running} = 1`
const isDelayed = sql`${jobs.running} = 0 and ${jobs.reason} is not null`

/**
 * The queries of port `Jobs`. They are rare enough that statements are prepared when they are run.
 */
export function createJobs(context: QueryContext): Jobs {
  const { db, commitAlone, now } = context
  const { addJob, changed, show, stored } = createMediaQueries(context)

  const setState = (mediaId: number, state: MediaState, failure: string | null = null) => {
    // Ready media stays ready, whatever becomes of what is to be done with it.
    const waits = and(eq(media.id, mediaId), sql`${media.state} <> 'ready'`)
    db.update(media).set({ state, failure }).where(waits).run()
    return written(undefined, ...changed(mediaId))
  }
  const running = (mediaId: number) => and(eq(jobs.mediaId, mediaId), eq(jobs.running, 1))
  const update = (mediaId: number, values: Partial<JobRow>): boolean => {
    const update = db.update(jobs).set(values).where(running(mediaId))
    return update.returning({ id: jobs.mediaId }).all().length > 0
  }
  /** Ends the run of a job; null if it doesn't run, since its media was removed. */
  const end = (mediaId: number): { before: StoredMedia; authorId: number } | null => {
    const [ended] = db.delete(jobs).where(running(mediaId)).returning().all()
    const before = ended && db.select().from(media).where(eq(media.id, mediaId)).get()
    return before ? { before, authorId: ended.authorId } : null
  }

  return {
    ...createMediaRates(context),

    recover: () =>
      commitAlone(() => {
        const left = db.update(jobs).set({ running: 0 }).where(isRunning).returning().all()
        const states = left.map((job) => setState(job.mediaId, waitingState(job), pauseOf(job)))
        return written(left.length, ...states.flatMap(({ changes }) => changes))
      }),

    async waiting() {
      const count = (of: SQL) =>
        db.select({ n: sql<number>`count(*)` }).from(jobs).where(of).get()?.n ?? 0
      const [waiting, delayed] = [count(isWaiting), count(isDelayed)]
      return { queued: waiting - delayed, running: count(isRunning), delayed }
    },

    async claim(filter) {
      // Looked for first, since a commit that finds nothing to do would cost a sync.
      if (first(filter) === undefined) return null
      return commitAlone((): Written<Job | null> => {
        const found = first(filter)
        if (!found) return written(null)
        db.update(jobs).set({ running: 1 }).where(eq(jobs.mediaId, found.job.mediaId)).run()
        return written(jobOf(found), ...setState(found.job.mediaId, 'running').changes)
      })
    },

    finish: (mediaId, made, next) =>
      commitAlone(() => {
        const ended = end(mediaId)
        if (!ended) throw new AppError('media_gone')
        const { before, authorId } = ended
        if (next) addJob(mediaId, authorId, next)
        if (!made) return written<readonly string[]>([])
        const ready = { state: 'ready', failure: null, source: null } as const
        db.update(media)
          .set({ ...made, ...ready })
          .where(eq(media.id, mediaId))
          .run()
        return written<readonly string[]>(unowned(before, made), ...show(mediaId))
      }),

    replace: (mediaId, seconds) =>
      commitAlone(() => {
        update(mediaId, { kind: 'replace', seconds, running: 0, createdAt: now() })
        return written(undefined)
      }),

    delay: (mediaId, { reason, failure, nextAt, seconds }) =>
      commitAlone((): Written<boolean> => {
        const job = db.select().from(jobs).where(running(mediaId)).get()
        if (!job) return written(false)
        const { tries, failedAt } = job
        const again = { running: 0, seconds, nextAt, reason }
        update(mediaId, { ...again, tries: tries + 1, failedAt: failedAt ?? now() })
        const { changes } = setState(mediaId, 'delayed', failure ?? pauseOf({ nextAt }))
        return written(true, ...changes)
      }),

    fail: (mediaId, failure) =>
      commitAlone(() => {
        if (!end(mediaId)) return written(undefined)
        db.update(media).set({ source: null }).where(eq(media.id, mediaId)).run()
        return setState(mediaId, 'failed', failure)
      }),

    room: async ({ mediaId, authorId }, quota) => {
      const { others, times } = stored(authorId, mediaId)
      return Math.floor((quota - others) / Math.max(1, times))
    },

    retry: (videoId) =>
      commitAlone(() => {
        const of = db.select({ id: videos.mediaId }).from(videos).where(eq(videos.id, videoId))
        const delayed = and(isDelayed, sql`${jobs.mediaId} in ${of}`)
        // A week is counted from now on.
        const due = { nextAt: now(), failedAt: now() }
        const [job] = db.update(jobs).set(due).where(delayed).returning().all()
        return job
          ? written(true, ...setState(job.mediaId, 'delayed').changes)
          : written<boolean>(false)
      }),
  }

  function first({ long, delayed, maxShortSeconds, notOf }: JobFilter = any) {
    return db
      .select({ job: getTableColumns(jobs), media: getTableColumns(media) })
      .from(jobs)
      .innerJoin(media, eq(media.id, jobs.mediaId))
      .where(
        and(
          isWaiting,
          lte(jobs.nextAt, now()),
          long ? undefined : and(lte(jobs.seconds, maxShortSeconds), eq(jobs.kind, 'render')),
          delayed ? undefined : sql`${jobs.reason} is null`,
          notOf.length === 0 ? undefined : notInArray(jobs.authorId, [...notOf]),
        ),
      )
      .orderBy(asc(jobs.rank))
      .limit(1)
      .get()
  }
}

const jobOf = ({ job, media }: { job: JobRow; media: StoredMedia }): Job => ({
  mediaId: job.mediaId,
  kind: job.kind,
  authorId: job.authorId,
  source: media.source ?? media.video,
  size: media.size,
  sourceHash: media.sourceHash,
  video: media.video,
  cover: media.cover,
  unseen: media.width === 0,
  seconds: job.seconds,
  tries: job.tries,
  failedAt: job.failedAt,
})

const waitingState = ({ reason }: Pick<JobRow, 'reason'>): MediaState =>
  reason === null ? 'queued' : 'delayed'

/** What the author's list has to know of a delayed job beyond its state. */
const pauseOf = ({ nextAt }: Pick<JobRow, 'nextAt'>) => (nextAt === null ? 'paused' : null)

/** The files of media that nothing refers to once something else was made. */
function unowned(before: StoredMedia, made: Finished): string[] {
  const video = made.video && made.video !== before.video ? [before.video] : []
  const cover = made.cover && made.cover !== before.cover ? [before.cover] : []
  const replaced = before.state === 'ready' ? video : []
  return [...replaced, ...cover, ...(before.source ? [before.source] : [])]
}
