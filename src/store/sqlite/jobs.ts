import { AppError } from '../../errors.ts'
import type { Job, Jobs } from '../store.ts'
import type { Engine } from './engine.ts'
import { momentOf } from './videos.ts'

/** The queries of port `Jobs`: a media row that is not ready yet is a job. */
export function createJobs({ raw, commit, records, now }: Engine): Jobs {
  const recover = raw.prepare("UPDATE media SET state = 'queued' WHERE state = 'running'")
  const claim = raw.prepare<Job, []>(
    `UPDATE media SET state = 'running'
     WHERE id = (SELECT id FROM media WHERE state = 'queued' ORDER BY id LIMIT 1)
     RETURNING id AS mediaId, video AS source, tries`,
  )
  const finish = raw.prepare(
    `UPDATE media SET state = 'ready', failure = NULL, video = $video, size = $size,
       width = $width, height = $height, duration = $duration
     WHERE id = $mediaId AND state = 'running'`,
  )
  const fail = raw.prepare(
    'UPDATE media SET state = $state, failure = $failure, tries = tries + 1 WHERE id = $mediaId',
  )
  const works = raw.prepare<{ id: number; publishedAt: number | null }, [number]>(
    'SELECT id, published_at AS publishedAt FROM videos WHERE media_id = ? ORDER BY id',
  )
  const show = raw.prepare('UPDATE videos SET published_at = $at WHERE id = $id')
  const nextMoment = momentOf(raw, now)

  return {
    recover: () => commit(() => recover.run().changes),

    claim: () =>
      commit(() => {
        const job = claim.get()
        for (const work of job ? works.all(job.mediaId) : []) records.dropVideo(work.id)
        return job
      }),

    finish: (mediaId, rendition) =>
      commit(() => {
        const { video, size, width, height, duration } = rendition
        if (finish.run({ mediaId, video, size, width, height, duration }).changes === 0) {
          throw new AppError('video_not_found')
        }
        for (const work of works.all(mediaId)) {
          if (work.publishedAt === null) show.run({ id: work.id, at: nextMoment() })
          records.dropVideo(work.id)
        }
      }),

    fail: (mediaId, failure, again) =>
      commit(() => {
        fail.run({ mediaId, failure, state: again ? 'queued' : 'failed' })
        for (const work of works.all(mediaId)) records.dropVideo(work.id)
      }),
  }
}
