import type { Video } from '../lib/api.ts'
import { followState, videoState } from '../lib/entities.ts'
import { shortCount, words } from '../lib/language.ts'
import { session } from '../lib/session.ts'
import { setFollow } from '../relation/follow.ts'
import { openSheet } from '../route/router.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { commentIcon, heartIcon, moreIcon, plusIcon, shareIcon } from '../ui/icons.ts'
import { setLike } from './like.ts'
import { share } from './share.ts'

/** What one does with a video: over it on a phone, beside it elsewhere. */
export function Rail({ video }: { video: Video }) {
  const { id, author } = video
  const { liked, likes, comments } = videoState(video).value
  const w = words.value
  const mine = session.value?.userId === author.id
  const canFollow = !followState(author).value && !mine
  const about = { kind: 'video', user: { id: author.id, name: author.name } } as const
  return (
    <div class="rail">
      <div class="rail-author">
        <a href={`/user/${author.id}`} aria-label={w.openProfile(author.name)}>
          <Avatar user={author} size={48} />
        </a>
        {canFollow && (
          <button
            type="button"
            class="follow-plus"
            aria-label={`${w.follow} @${author.name}`}
            onClick={() => void setFollow(author, true)}
          >
            <Icon of={plusIcon} />
          </button>
        )}
      </div>
      <button
        type="button"
        class={liked ? 'rail-button on' : 'rail-button'}
        aria-pressed={liked}
        aria-label={`${w.like}, ${shortCount(likes)}`}
        onClick={() => void setLike(video, !liked)}
      >
        <Icon of={heartIcon} filled />
        <span aria-hidden="true">{likes > 0 ? shortCount(likes) : w.like}</span>
      </button>
      <button
        type="button"
        class="rail-button"
        aria-label={`${w.comments}, ${shortCount(comments)}`}
        onClick={() => openSheet({ name: 'comments', id: video.id })}
      >
        <Icon of={commentIcon} filled />
        <span aria-hidden="true">{comments > 0 ? shortCount(comments) : w.comments}</span>
      </button>
      <button
        type="button"
        class="rail-button"
        onClick={() => void share(videoState(video).peek().title, `/video/${video.id}`)}
      >
        <Icon of={shareIcon} />
        <span>{w.share}</span>
      </button>
      <button
        type="button"
        class="rail-button"
        aria-label={w.more}
        onClick={() => openSheet(mine ? { name: 'own', id } : { ...about, name: 'more', id })}
      >
        <Icon of={moreIcon} />
      </button>
    </div>
  )
}
