import { useEffect } from 'preact/hooks'
import type { NoticeEntry } from '../lib/api.ts'
import { blocked } from '../lib/blocked.ts'
import { shortTime, words } from '../lib/language.ts'
import { FollowButton } from '../relation/people.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { bellIcon } from '../ui/icons.ts'
import { ListEnd } from '../ui/list-end.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { leave, markRead, notices, readNewest } from './list.ts'
import { changes, shown } from './unread.ts'

/** Who liked, commented or followed, newest first. To see them is to have read them. */
export function Notices() {
  const w = words.value
  const list = notices.value
  const items = list.items.value.filter(({ user }) => !blocked.value.has(user.id))
  useEffect(() => {
    const look = () => {
      shown.value = !document.hidden
      if (shown.peek()) readNewest().catch(() => {})
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      shown.value = false
      document.removeEventListener('visibilitychange', look)
    }
  }, [changes.value])
  useEffect(() => leave, [])
  useEffect(() => void markRead(), [list.items.value])
  return (
    <div class="page">
      <PageHead title={w.notices} back={false} />
      {items.length === 0 && list.state.value === 'done' && (
        <Notice icon={bellIcon} title={w.noNotices} body={w.noticesHint} />
      )}
      <ul class="people">
        {items.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      <ListEnd list={list} />
    </div>
  )
}

function Entry({ entry }: { entry: NoticeEntry }) {
  const { type, user, video_id: videoId, cover_url: cover, comment_text: comment } = entry
  const w = words.value
  const did = type === 'follow' ? w.followedYou : type === 'like' ? w.likedYours : w.commentedYours
  return (
    <li class={entry.is_read ? 'person' : 'person unread'}>
      <a href={`/user/${user.id}`} aria-label={w.openProfile(user.name)}>
        <Avatar user={user} size={48} />
      </a>
      <a
        class="person-link"
        href={type === 'follow' ? `/user/${user.id}` : `/video/${videoId}`}
        data-comments={type === 'comment' ? videoId : undefined}
      >
        <span class="person-text">
          <b>
            <bdi>{user.name}</bdi>
          </b>
          <small>
            {did} · <time>{shortTime(entry.create_time)}</time>
          </small>
          {comment !== '' && <bdi class="notice-said">{comment}</bdi>}
        </span>
        {cover !== '' && (
          <img class="notice-cover" src={cover} alt="" loading="lazy" decoding="async" />
        )}
      </a>
      {type === 'follow' && <FollowButton user={user} />}
    </li>
  )
}
