import { videoState } from '../../lib/entities.ts'
import { shortCount } from '../../lib/language.ts'
import { Icon } from '../../ui/icon.tsx'
import { heartIcon, playIcon } from '../../ui/icons.ts'
import { ListEnd } from '../../ui/list-end.tsx'
import type { Source } from '../source.ts'

/** Covers of videos, three in a row and more where there is room; each opens its list at that place. */
export function Covers({
  source: { list, path },
  mine = false,
}: {
  source: Source
  mine?: boolean
}) {
  return (
    <>
      <ul class="grid">
        {list.items.value.map((video) => {
          const { title, likes } = videoState(video).value
          const stage = mine && /^【(.+?)】/.exec(title)?.[1]
          return (
            <li key={video.id}>
              <a href={path(video)}>
                <img src={video.cover_url} alt={title} loading="lazy" decoding="async" />
                <span class="grid-counts" aria-hidden="true">
                  <Icon of={playIcon} /> {shortCount(video.play_count)}
                  <Icon of={heartIcon} /> {shortCount(likes)}
                </span>
                {stage && <span class="grid-state">{stage}</span>}
              </a>
            </li>
          )
        })}
      </ul>
      <ListEnd list={list} />
    </>
  )
}
