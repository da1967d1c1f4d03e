import type { StoredMedia } from '../../src/store/media.ts'
import type { Work } from '../../src/store/video.ts'
import { refusalOf } from '../../src/video/jobs/failure.ts'
import { isoTime } from '../lib/text.ts'

/** A video as JSON for other programs: the names of the API, sizes in bytes, durations in seconds. */
export function videoJson({ video, author, media, job }: Work) {
  return {
    id: video.id,
    title: video.title,
    author: { id: author.id, name: author.name },
    state: media.state,
    failure: failureOf(media),
    delay: delayJson(job),
    codec: media.codec,
    size: media.size,
    width: media.width,
    height: media.height,
    duration: media.duration,
    favorite_count: video.favoriteCount,
    comment_count: video.commentCount,
    play_count: video.playCount,
    published_at: video.publishedAt === null ? null : isoTime(video.publishedAt),
    files: { video: media.video, cover: media.cover, source: media.source },
  }
}

/** Why the video could not be transcoded, as a sentence; null if it did not fail. */
export const failureOf = ({ state, failure }: StoredMedia): string | null =>
  state === 'failed' ? refusalOf(failure).message : null

/** Why the video waits for another try, and until when; null if it doesn't. */
const delayJson = (job: Work['job']) =>
  job?.reason
    ? {
        reason: job.reason,
        tries: job.tries,
        next_at: job.nextAt === null ? null : isoTime(job.nextAt),
      }
    : null
