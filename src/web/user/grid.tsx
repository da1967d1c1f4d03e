import { useEffect } from 'preact/hooks'
import { videoState } from '../lib/entities.ts'
import { shortCount, words } from '../lib/language.ts'
import { Icon } from '../ui/icon.tsx'
import { heartIcon, playIcon } from '../ui/icons.ts'
import { ListEnd } from '../ui/list-end.tsx'
import { Notice } from '../ui/notice.tsx'
import { userSource } from '../video/user-source.ts'

interface GridProps {
  readonly userId: number
  readonly kind: 'works' | 'liked'
  readonly mine: boolean
}

/** Covers of videos, three in a row and more where there is room. */
export function VideoGrid({ userId, kind, mine }: GridProps) {
  const w = words.value
  const { list, path } = userSource(userId, kind)
  useEffect(() => void list.more(), [list])
  const videos = list.items.value
  if (videos.length === 0 && list.state.value === 'done') {
    return (
      <Notice
        icon={kind === 'works' ? playIcon : heartIcon}
        title={kind === 'works' ? w.noWorks : w.noLiked}
      >
        {mine && kind === 'works' && (
          <a class="button primary" href="/post">
            {w.post}
          </a>
        )}
      </Notice>
    )
  }
  return (
    <>
      <ul class="grid">
        {videos.map((video) => (
          <li key={video.id}>
            <a href={path(video)}>
              <img src={video.cover_url} alt={video.title} loading="lazy" decoding="async" />
              <span class="grid-likes" aria-hidden="true">
                <Icon of={heartIcon} /> {shortCount(videoState(video).value.likes)}
              </span>
              {/^【.+?】/.test(video.title) && mine && (
                <span class="grid-state">{/^【(.+?)】/.exec(video.title)?.[1]}</span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <ListEnd list={list} />
    </>
  )
}
