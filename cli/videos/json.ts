import type { StoredMedia } from '../../src/store/media.ts'
import type { Clip } from '../../src/store/video.ts'
import { refusalOf } from '../../src/video/jobs/failure.ts'
import { isoTime } from '../lib/text.ts'

/** A video with its media row. */
export type Work = Clip & { readonly media: StoredMedia }

/** A video as JSON for other programs: the names of the API, sizes in bytes, durations in seconds. */
export function videoJson({ video, author, media }: Work) {
  return {
    id: video.id,
    title: video.title,
    author: { id: author.id, name: author.name },
    state: media.state,
    failure: failureOf(media),
    codec: media.codec,
    size: media.size,
    width: media.width,
    height: media.height,
    duration: media.duration,
    favorite_count: video.favoriteCount,
    comment_count: video.commentCount,
    published_at: video.publishedAt === null ? null : isoTime(video.publishedAt),
    files: { video: media.video, cover: media.cover, source: media.source },
  }
}

/** Why the video could not be transcoded, as a sentence; null if it did not fail. */
export const failureOf = ({ state, failure }: StoredMedia): string | null =>
  state === 'failed' ? refusalOf(failure).message : null
