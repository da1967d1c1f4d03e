import { useEffect } from 'preact/hooks'
import { api, type User } from '../lib/api.ts'
import { followState, learnUsers } from '../lib/entities.ts'
import { shortCount, words } from '../lib/language.ts'
import { keep, paged } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { userIcon } from '../ui/icons.ts'
import { ListEnd } from '../ui/list-end.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { setFollow } from './follow.ts'

/** Whom a user follows, or who follows the user. */
export function People({ userId, kind }: { userId: number; kind: 'followers' | 'following' }) {
  const w = words.value
  const list = keep(`people/${userId}/${kind}`, () =>
    paged<User>(
      async (cursor) => {
        const asked = performance.now()
        const page = await api[kind]({ user_id: userId, cursor, limit: 50 })
        learnUsers(page.user_list, asked)
        return { items: page.user_list, next: page.next_cursor ?? '' }
      },
      ({ id }) => id,
    ),
  )
  useEffect(() => void list.more(), [list])
  const empty = list.items.value.length === 0 && list.state.value === 'done'
  return (
    <div class="page">
      <PageHead title={w[kind]} />
      {empty && <Notice icon={userIcon} title={w.noPeople} />}
      <ul class="people">
        {list.items.value.map((user) => (
          <Person key={user.id} user={user} />
        ))}
      </ul>
      <ListEnd list={list} />
    </div>
  )
}

/** One line of a list of people. */
export function Person({ user }: { user: User }) {
  return (
    <li class="person">
      <PersonLink user={user} />
      <FollowButton user={user} />
    </li>
  )
}

/** Follows a user of a list or takes it back; nothing beside oneself. */
export function FollowButton({ user }: { user: User }) {
  const w = words.value
  const followed = followState(user).value
  if (session.value?.userId === user.id) return null
  return (
    <button
      type="button"
      class={followed ? 'button small' : 'button small primary'}
      aria-pressed={followed}
      aria-label={`${followed ? w.followed : w.follow} @${user.name}`}
      onClick={() => void setFollow(user, !followed)}
    >
      {followed ? w.followed : w.follow}
    </button>
  )
}

/** Who somebody is, in a line that leads to them. */
export function PersonLink({ user }: { user: User }) {
  return (
    <a href={`/user/${user.id}`} class="person-link">
      <Avatar user={user} size={48} />
      <span class="person-text">
        <b>
          <bdi>{user.name}</bdi>
        </b>
        <small dir="auto">
          {user.signature || `${shortCount(user.follower_count)} ${words.value.followers}`}
        </small>
      </span>
    </a>
  )
}
