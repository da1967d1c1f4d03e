import { useLayoutEffect } from 'preact/hooks'
import { api, type Video } from '../lib/api.ts'
import { blocked } from '../lib/blocked.ts'
import { learnVideos } from '../lib/entities.ts'
import { words } from '../lib/language.ts'
import { keep, paged } from '../lib/paged.ts'
import { signal } from '../lib/signals.ts'
import { userIcon } from '../ui/icons.ts'
import { Notice } from '../ui/notice.tsx'
import { FeedTabs, Watch } from './feed.tsx'
import { leaveOutBlocked, type Source, videoKey } from './source.ts'

/** The feed of whom one follows. */
export function Following() {
  const w = words.value
  const source = followingSource()
  useLayoutEffect(() => leaveOutBlocked(source), [source, blocked.value])
  return (
    <>
      <h1 class="offscreen">{w.following}</h1>
      <Watch source={source}>
        <Notice icon={userIcon} title={w.followingEmpty}>
          <a class="button" href="/">
            {w.toFeed}
          </a>
        </Notice>
      </Watch>
      <FeedTabs current="following" />
    </>
  )
}

const followingSource = (): Source =>
  keep('following', () => {
    const list = paged(async (cursor) => {
      const asked = performance.now()
      const until = cursor === undefined ? undefined : Number(cursor)
      const page = await api.followingFeed({ latest_time: until })
      learnVideos(page.video_list, asked)
      return { items: page.video_list, next: page.next_time === 0 ? '' : String(page.next_time) }
    }, videoKey)
    const path = (video: Video) => `/video/${video.id}`
    return { list, index: signal(0), origin: signal(0), path }
  })
