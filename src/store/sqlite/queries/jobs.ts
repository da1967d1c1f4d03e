import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Job, Jobs, MediaState } from '../../media.ts'
import { written } from '../commit/group-commit.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { media } from '../engine/schema.ts'
import { createMediaQueries } from './media.ts'

// SQLite takes the index of jobs only where its own condition stands in the query.
const isJob = sql`${media.state} in ('queued', 'running')`
const isIn = (state: MediaState) => and(isJob, eq(media.state, state))

/**
 * The queries of port `Jobs`: a media row that is not ready yet is a job. They are rare enough that
 * statements are prepared when they are run.
 */
export function createJobs(context: QueryContext): Jobs {
  const { db, commitAlone } = context
  const { changed, show } = createMediaQueries(context)

  /** Ends the run of a job; false if it doesn't run. */
  const end = (
    mediaId: number,
    values: { [K in keyof typeof media.$inferInsert]?: (typeof media.$inferInsert)[K] | SQL },
  ): boolean => {
    const isRunning = and(eq(media.id, mediaId), eq(media.state, 'running'))
    return (
      db.update(media).set(values).where(isRunning).returning({ id: media.id }).all().length > 0
    )
  }

  return {
    recover: () =>
      commitAlone(() => {
        const running = db.update(media).set({ state: 'queued' }).where(isIn('running'))
        const left = running.returning({ id: media.id }).all()
        return written(left.length, ...left.flatMap(({ id }) => changed(id)))
      }),

    async waiting() {
      const count = (state: MediaState) =>
        sql<number>`count(*) filter (where ${media.state} = ${state})`
      const counts = { queued: count('queued'), running: count('running') }
      return db.select(counts).from(media).where(isJob).get() ?? { queued: 0, running: 0 }
    },

    claim: () =>
      commitAlone(() => {
        const queued = db.select({ id: media.id }).from(media).where(isIn('queued'))
        const oldest = queued.orderBy(asc(media.id)).limit(1)
        const { id: mediaId, video, tries } = media
        const source = sql<string>`${media.source}`
        const [job] = db
          .update(media)
          .set({ state: 'running' })
          .where(inArray(media.id, oldest))
          .returning({ mediaId, source, video, tries })
          .all()
        return job ? written<Job | null>(job, ...changed(job.mediaId)) : written(null)
      }),

    finish: (mediaId, { size, width, height, duration }) =>
      commitAlone(() => {
        const ready = { state: 'ready', failure: null, source: null } as const
        if (!end(mediaId, { size, width, height, duration, ...ready }))
          throw new AppError('media_gone')
        return written(undefined, ...show(mediaId))
      }),

    fail: (mediaId, failure, again) =>
      commitAlone(() => {
        const state = again ? 'queued' : 'failed'
        const source = again ? {} : { source: null }
        end(mediaId, { state, failure, tries: sql`${media.tries} + 1`, ...source })
        return written(undefined, ...changed(mediaId))
      }),
  }
}
