import { words } from '../lib/language.ts'
import { place } from '../route/router.ts'
import { ListFeed } from '../video/list/list-feed.tsx'
import { foundVideos, wantedBy } from './source.ts'

/** The videos that a search found, beginning with one of them. */
export function FoundFeed({ videoId }: { videoId: number }) {
  const wanted = wantedBy(place.value.query)
  return (
    <ListFeed
      title={wanted.keyword || words.value.search}
      source={foundVideos(wanted)}
      videoId={videoId}
    />
  )
}
