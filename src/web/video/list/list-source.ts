import type { Video } from '../../lib/api.ts'
import { learnVideos } from '../../lib/entities.ts'
import { paged } from '../../lib/paged.ts'
import { signal } from '../../lib/signals.ts'
import { type Source, videoKey } from '../source.ts'

interface Page {
  readonly video_list: readonly Video[]
  readonly next_cursor?: string
}

/** A list of videos that is read page by page, by cursor. */
export function listSource(
  read: (cursor: string | undefined) => Promise<Page>,
  path: Source['path'],
): Source {
  const list = paged(async (cursor) => {
    const asked = performance.now()
    const { video_list: items, next_cursor: next = '' } = await read(cursor)
    learnVideos(items, asked)
    return { items, next }
  }, videoKey)
  return { list, index: signal(0), origin: signal(0), path }
}
