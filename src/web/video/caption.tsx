import { useState } from 'preact/hooks'
import type { Video } from '../lib/api.ts'
import { videoState } from '../lib/entities.ts'
import { words } from '../lib/language.ts'
import { searchPath } from '../search/address.ts'

const longTitle = 70

/** Who made a video, and its title. */
export function Caption({ video }: { video: Video }) {
  const [openId, setOpenId] = useState(0)
  const open = openId === video.id
  const { title } = videoState(video).value
  const long = title.length > longTitle
  return (
    <div class="caption">
      <a class="author" href={`/user/${video.author.id}`}>
        @<bdi>{video.author.name}</bdi>
      </a>
      <p class={open || !long ? 'title' : 'title short'} dir="auto">
        <Tagged text={title} />
      </p>
      {long && !open && (
        <button type="button" class="more" onClick={() => setOpenId(video.id)}>
          {words.value.more}
        </button>
      )}
    </div>
  )
}

/** A text in which every #tag leads to the videos with it. */
function Tagged({ text }: { text: string }) {
  return (
    <>
      {text.split(/([#＃][\p{L}\p{M}\p{N}_]+)/u).map((part, at) =>
        at % 2 === 1 ? (
          <a class="tag" href={searchPath(part.slice(1), 'tag')}>
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  )
}
