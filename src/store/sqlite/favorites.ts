import { AppError } from '../../errors.ts'
import type { Favorites } from '../favorite.ts'
import type { Engine } from './engine.ts'
import { createLinks } from './links.ts'

/** The queries of port `Favorites`. */
export function createFavorites(engine: Engine): Favorites {
  const { prepareUncounted, commitChecked, counters, records } = engine
  const links = createLinks(engine, { table: 'favorites', target: 'video_id', kind: 'likes' })
  const authorOf = prepareUncounted<{ authorId: number }, { videoId: number }>(
    'SELECT author_id AS authorId FROM videos WHERE id = $videoId AND published_at IS NOT NULL',
  )
  return {
    async set(userId, videoId, on) {
      await commitChecked(() => {
        const video = authorOf.get({ videoId })
        if (!video) throw new AppError('video_not_found')
        if (!links.put(userId, videoId, on)) return
        const delta = on ? 1 : -1
        counters.video(videoId, { favoriteCount: delta })
        counters.user(userId, { favoriteCount: delta })
        counters.user(video.authorId, { totalFavorited: delta })
      })
      links.changed(userId, videoId, on)
    },

    ofUser: (userId, page) => links.page(userId, page, records.clips),
    among: (userId, videoIds) => links.among(userId, videoIds),
  }
}
