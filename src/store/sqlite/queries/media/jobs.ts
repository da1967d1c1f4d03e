import {
  and,
  asc,
  eq,
  getTableColumns,
  isNotNull,
  lte,
  notInArray,
  type SQL,
  sql,
} from 'drizzle-orm'
import { AppError } from '../../../../errors.ts'
import type {
  Claimed,
  Finished,
  Job,
  JobFilter,
  Jobs,
  MediaState,
  StoredMedia,
} from '../../../media.ts'
import { type Written, written } from '../../commit/group-commit.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { jobs, media, videos } from '../../engine/schema.ts'
import { createMediaQueries, isDelayed } from './media.ts'
import { createMediaRates } from './rates.ts'

const any: JobFilter = { long: true, delayed: true, maxShortSeconds: 0, notOf: [] }

type JobRow = typeof jobs.$inferSelect

/** SQLite takes these indexes only where their own conditions stand in the query. */
const isWaiting = sql`${jobs.running} = 0`
const isRunning = sql`${jobs.running} = 1`

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
    // Works that wait for it all the same say why.
    const again = and(eq(media.id, mediaId), eq(media.state, 'ready'), isNotNull(media.source))
    const shown = state === 'delayed' ? (failure ?? 'delayed') : null
    db.update(media).set({ failure: shown }).where(again).run()
    return written(undefined, ...changed(mediaId))
  }
  const running = ({ mediaId, video }: Claimed) => {
    const its = db.select({ id: media.id }).from(media).where(eq(media.video, video))
    return and(eq(jobs.mediaId, mediaId), eq(jobs.running, 1), sql`${jobs.mediaId} in ${its}`)
  }
  /** Ends the run of a job; null if it is none any more. */
  const end = (job: Claimed): { before: StoredMedia; authorId: number } | null => {
    const [ended] = db.delete(jobs).where(running(job)).returning().all()
    const before = ended && db.select().from(media).where(eq(media.id, job.mediaId)).get()
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

    finish: (job, made, next) =>
      commitAlone(() => {
        const { mediaId } = job
        const ended = end(job)
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

    replace: (job, seconds) =>
      commitAlone(() => {
        const again = { kind: 'replace', seconds, running: 0, createdAt: now() } as const
        db.update(jobs).set(again).where(running(job)).run()
        return written(undefined)
      }),

    delay: (job, { reason, failure, nextAt, seconds }) =>
      commitAlone((): Written<boolean> => {
        const { mediaId } = job
        const found = db.select().from(jobs).where(running(job)).get()
        if (!found) return written(false)
        const { tries, failedAt } = found
        const again = { running: 0, seconds, nextAt, reason }
        db.update(jobs)
          .set({ ...again, tries: tries + 1, failedAt: failedAt ?? now() })
          .where(running(job))
          .run()
        const { changes } = setState(mediaId, 'delayed', failure ?? pauseOf({ nextAt }))
        return written(true, ...changes)
      }),

    fail: (job, failure) =>
      commitAlone(() => {
        const { mediaId } = job
        if (!end(job)) return written(undefined)
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
  wasReady: media.state === 'ready',
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
