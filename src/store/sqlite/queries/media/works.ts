import { desc, eq, getTableColumns, isNotNull, or, type SQL } from 'drizzle-orm'
import type { JobStatus, MediaState, StoredMedia } from '../../../media.ts'
import type { Handle } from '../../engine/handle.ts'
import { jobs, media, videos } from '../../engine/schema.ts'

/** The media of a video, and what is still to be done with it. */
interface WorkRow {
  readonly videoId: number
  readonly media: StoredMedia
  readonly job: JobStatus | null
}

/** What an operator sees of videos of whatever state; statements are prepared when they are run. */
export function createWorkQueries(db: Handle) {
  const ofVideos = (condition: SQL | undefined) =>
    db
      .select({ videoId: videos.id, media: getTableColumns(media), job: jobs })
      .from(videos)
      .innerJoin(media, eq(media.id, videos.mediaId))
      .leftJoin(jobs, eq(jobs.mediaId, media.id))
      .where(condition)
      .orderBy(desc(videos.id))
  return {
    newest: (state: MediaState | null, limit: number): WorkRow[] =>
      ofVideos(state === null ? undefined : isIn(state))
        .limit(limit)
        .all()
        .map(statusOf),

    ofVideo(videoId: number): WorkRow | null {
      const row = ofVideos(eq(videos.id, videoId)).get()
      return row ? statusOf(row) : null
    },
  }
}

const isIn = (state: MediaState): SQL | undefined =>
  state === 'delayed' ? or(eq(media.state, state), isNotNull(jobs.reason)) : eq(media.state, state)

const statusOf = ({
  job,
  ...row
}: Omit<WorkRow, 'job'> & { job: typeof jobs.$inferSelect | null }): WorkRow => {
  if (!job) return { ...row, job }
  const { kind, running, tries, reason, nextAt } = job
  return { ...row, job: { kind, running: running === 1, tries, reason, nextAt } }
}
