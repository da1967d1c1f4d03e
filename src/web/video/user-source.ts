import { api } from '../lib/api.ts'
import { learnVideos } from '../lib/entities.ts'
import { keep, paged } from '../lib/paged.ts'
import { signal } from '../lib/signals.ts'
import { type Source, videoKey } from './source.ts'

/** The works of a user, or what the user likes. */
export function userSource(userId: number, kind: 'works' | 'liked'): Source {
  return keep(`user/${userId}/${kind}`, () => {
    const list = paged(async (cursor) => {
      const asked = performance.now()
      const read = kind === 'works' ? api.works : api.liked
      const page = await read({ user_id: userId, cursor, limit: 30 })
      learnVideos(page.video_list, asked)
      return { items: page.video_list, next: page.next_cursor ?? '' }
    }, videoKey)
    const [index, origin] = [signal(0), signal(0)]
    return {
      list,
      index,
      origin,
      missing: signal(false),
      path: (video) => `/user/${userId}/${kind}/${video.id}`,
    }
  })
}
