import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { Change } from '../../cache/change.ts'
import type { Job, Jobs } from '../../media.ts'
import { written } from '../commit/group-commit.ts'
import { setParams } from '../engine/params.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { media, videos } from '../engine/schema.ts'
import { createMediaQueries } from './media.ts'
import { createPublishTime } from './publish-time.ts'

const p = sql.placeholder

// SQLite takes the index of jobs only where its own condition stands in the query.
const isJob = sql`${media.state} in ('queued', 'running')`
const isRunning = and(eq(media.id, p('mediaId')), eq(media.state, 'running'))

/** The queries of port `Jobs`: a media row that is not ready yet is a job. */
export function createJobs(engine: QueryContext): Jobs {
  const { db, commitAlone } = engine
  const { videosOf } = createMediaQueries(db)
  const nextPublishTime = createPublishTime(engine)
  const recover = db
    .update(media)
    .set({ state: 'queued' })
    .where(and(isJob, eq(media.state, 'running')))
    .returning({ id: media.id })
    .prepare()
  const waiting = db
    .select({
      queued: sql<number>`count(*) filter (where ${media.state} = 'queued')`,
      running: sql<number>`count(*) filter (where ${media.state} = 'running')`,
    })
    .from(media)
    .where(isJob)
    .prepare()
  const oldest = db
    .select({ id: media.id })
    .from(media)
    .where(and(isJob, eq(media.state, 'queued')))
    .orderBy(asc(media.id))
    .limit(1)
  const claim = db
    .update(media)
    .set({ state: 'running' })
    .where(inArray(media.id, oldest))
    .returning({
      mediaId: media.id,
      source: sql<string>`${media.source}`,
      video: media.video,
      tries: media.tries,
    })
    .prepare()
  const finish = db
    .update(media)
    .set({
      ...setParams('size', 'width', 'height', 'duration'),
      ...{ state: 'ready', failure: null, source: null },
    })
    .where(isRunning)
    .returning({ id: media.id })
    .prepare()
  const fail = db
    .update(media)
    .set({
      ...setParams('state', 'failure'),
      tries: sql`${media.tries} + 1`,
      source: sql`case when ${p('state')} = 'failed' then null else ${media.source} end`,
    })
    .where(isRunning)
    .prepare()
  const works = db
    .select({ id: videos.id, authorId: videos.authorId, publishedAt: videos.publishedAt })
    .from(videos)
    .where(eq(videos.mediaId, p('mediaId')))
    .orderBy(asc(videos.id))
    .prepare()
  const show = db
    .update(videos)
    .set(setParams('publishedAt'))
    .where(eq(videos.id, p('id')))
    .prepare()

  const videosChanged = (mediaId: number) =>
    videosOf(mediaId).map((id): Change => ({ type: 'video', id }))

  return {
    recover: () =>
      commitAlone(() => {
        const left = recover.all()
        return written(left.length, ...left.flatMap(({ id }) => videosChanged(id)))
      }),

    waiting: async () => waiting.get() ?? { queued: 0, running: 0 },

    claim: () =>
      commitAlone(() => {
        const [job] = claim.all()
        return job ? written<Job | null>(job, ...videosChanged(job.mediaId)) : written(null)
      }),

    finish: (mediaId, { size, width, height, duration }) =>
      commitAlone(() => {
        const finished = finish.all({ mediaId, size, width, height, duration })
        if (finished.length === 0) throw new AppError('media_gone')
        const changes = works.all({ mediaId }).map((work): Change => {
          const { id: videoId, authorId } = work
          if (work.publishedAt !== null) return { type: 'video', id: videoId }
          const publishedAt = nextPublishTime()
          show.run({ id: videoId, publishedAt })
          return { type: 'published', videoId, authorId, publishedAt }
        })
        return written(undefined, ...changes)
      }),

    fail: (mediaId, failure, again) =>
      commitAlone(() => {
        fail.run({ mediaId, failure, state: again ? 'queued' : 'failed' })
        return written(undefined, ...videosChanged(mediaId))
      }),
  }
}
