import { match } from '../app/routes.ts'
import { api } from '../lib/api.ts'
import { learnVideos } from '../lib/entities.ts'
import { place } from '../route/router.ts'

/** Pages of the feed that are read again for the flags of whoever has logged in. */
const maxPages = 3

/** Asks what the viewer likes and follows among the videos of the feed: what came before is nobody's. */
export async function readFlags(): Promise<void> {
  const { name, params } = match(place.peek().path) ?? {}
  // The feed around one video may begin far from the newest.
  const begun = name === 'video' && api.video({ video_id: Number(params?.id) })
  void readPages(undefined)
  const page = begun && (await begun.catch(() => null))
  if (page) await readPages(page.video.create_time)
}

async function readPages(from: number | undefined): Promise<void> {
  let until = from
  for (let at = 0; at < maxPages && until !== 0; at++) {
    const asked = performance.now()
    const page = await api.feed({ latest_time: until }).catch(() => null)
    if (!page) return
    learnVideos(page.video_list, asked)
    until = page.next_time
  }
}
