import { AppError } from '../../errors.ts'
import type { Favorites } from '../store.ts'
import type { Engine } from './engine.ts'
import { createLinks } from './links.ts'

/** The queries of port `Favorites`. */
export function createFavorites(engine: Engine): Favorites {
  const { raw, commitChecked, records } = engine
  const links = createLinks(engine, { table: 'favorites', target: 'video_id', kind: 'likes' })
  const authorOf = raw.prepare<{ authorId: number }, { videoId: number }>(
    'SELECT author_id AS authorId FROM videos WHERE id = $videoId AND published_at IS NOT NULL',
  )
  const countVideo = raw.prepare(
    'UPDATE videos SET favorite_count = favorite_count + $delta WHERE id = $id',
  )
  const countUser = raw.prepare(
    'UPDATE users SET favorite_count = favorite_count + $delta WHERE id = $id',
  )
  const countAuthor = raw.prepare(
    'UPDATE users SET total_favorited = total_favorited + $delta WHERE id = $id',
  )

  return {
    async set(userId, videoId, on) {
      await commitChecked(() => {
        const video = authorOf.get({ videoId })
        if (!video) throw new AppError('video_not_found')
        if (!links.put(userId, videoId, on)) return
        const delta = on ? 1 : -1
        countVideo.run({ id: videoId, delta })
        countUser.run({ id: userId, delta })
        countAuthor.run({ id: video.authorId, delta })
        records.dropVideo(videoId)
        records.dropUser(userId)
        records.dropUser(video.authorId)
      })
      links.changed(userId, videoId, on)
    },

    ofUser: (userId, page) => links.page(userId, page, records.clips),
    among: (userId, videoIds) => links.among(userId, videoIds),
  }
}
