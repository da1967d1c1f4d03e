import { AppError } from '../../errors.ts'
import type { Job, Jobs } from '../media.ts'
import type { Engine } from './engine.ts'
import { momentOf } from './moment.ts'

/** The queries of port `Jobs`: a media row that is not ready yet is a job. */
export function createJobs(engine: Engine): Jobs {
  const { raw, commit, records, lists, feed } = engine
  // SQLite takes the index of jobs only where its own condition stands in the query.
  const job = "state IN ('queued', 'running')"
  const recover = raw.prepare<{ id: number }, []>(
    `UPDATE media SET state = 'queued' WHERE ${job} AND state = 'running' RETURNING id`,
  )
  const waiting = raw.prepare<{ queued: number; running: number }, []>(
    `SELECT count(*) FILTER (WHERE state = 'queued') AS queued,
       count(*) FILTER (WHERE state = 'running') AS running FROM media WHERE ${job}`,
  )
  const claim = raw.prepare<Job, []>(
    `UPDATE media SET state = 'running'
     WHERE id = (SELECT id FROM media WHERE ${job} AND state = 'queued' ORDER BY id LIMIT 1)
     RETURNING id AS mediaId, source, video, tries`,
  )
  const finish = raw.prepare(
    `UPDATE media SET state = 'ready', failure = NULL, source = NULL, size = $size,
       width = $width, height = $height, duration = $duration
     WHERE id = $mediaId AND state = 'running'`,
  )
  const fail = raw.prepare(
    `UPDATE media SET state = $state, failure = $failure, tries = tries + 1,
       source = CASE $state WHEN 'failed' THEN NULL ELSE source END
     WHERE id = $mediaId AND state = 'running'`,
  )
  const works = raw.prepare<{ id: number; authorId: number; publishedAt: number | null }, [number]>(
    `SELECT id, author_id AS authorId, published_at AS publishedAt FROM videos
     WHERE media_id = ? ORDER BY id`,
  )
  const show = raw.prepare('UPDATE videos SET published_at = $at WHERE id = $id')
  const countWork = raw.prepare('UPDATE users SET work_count = work_count + 1 WHERE id = ?')
  const nextMoment = momentOf(engine)

  const dropWorks = (mediaId: number) => {
    for (const work of works.all(mediaId)) records.dropVideo(work.id)
  }

  return {
    recover: () =>
      commit(() => {
        const left = recover.all()
        for (const { id } of left) dropWorks(id)
        return left.length
      }),

    waiting: async () => waiting.get()!,

    claim: () =>
      commit(() => {
        const job = claim.get()
        if (job) dropWorks(job.mediaId)
        return job
      }),

    async finish(mediaId, { size, width, height, duration }) {
      const shown = await commit(() => {
        const { changes } = finish.run({ mediaId, size, width, height, duration })
        if (changes === 0) throw new AppError('media_gone')
        return works.all(mediaId).flatMap(({ id, authorId, publishedAt }) => {
          records.dropVideo(id)
          if (publishedAt !== null) return []
          const at = nextMoment()
          show.run({ id, at })
          countWork.run(authorId)
          records.dropUser(authorId)
          lists.drop('works', authorId)
          return { id, at }
        })
      })
      for (const { id, at } of shown) feed.added(id, at)
    },

    fail: (mediaId, failure, again) =>
      commit(() => {
        fail.run({ mediaId, failure, state: again ? 'queued' : 'failed' })
        dropWorks(mediaId)
      }),
  }
}
