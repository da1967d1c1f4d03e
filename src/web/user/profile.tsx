import { useEffect, useRef } from 'preact/hooks'
import type { User } from '../lib/api.ts'
import { blocked } from '../lib/blocked.ts'
import { followState, learnUsers } from '../lib/entities.ts'
import { shortCount, words } from '../lib/language.ts'
import { RequestError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { useSignal } from '../lib/signals.ts'
import { setBlock } from '../relation/block.ts'
import { setFollow } from '../relation/follow.ts'
import { requireLogin } from '../route/require-login.ts'
import { goBack, navigate, openSheet } from '../route/router.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { backIcon, moreIcon, settingsIcon, shareIcon, userIcon } from '../ui/icons.ts'
import { Failure, Notice, Spinner } from '../ui/notice.tsx'
import { share } from '../video/share.ts'
import { VideoGrid } from './grid.tsx'
import { edits, readUser } from './read-user.ts'

const noSuchUser = 2003

/** A person: who it is, works, and what is liked. */
export function Profile({ userId, kind }: { userId: number; kind: 'works' | 'liked' }) {
  const w = words.value
  const read = useSignal<User | null>(null)
  const failed = useSignal<unknown>(null)
  const asks = useRef(0)
  const load = () => {
    failed.value = null
    const asked = performance.now()
    const ask = ++asks.current
    // The same screen may be another one's by then.
    const isCurrent = () => ask === asks.current
    readUser(userId).then(
      (found) => {
        learnUsers([found], asked)
        if (isCurrent()) read.value = found
      },
      (error) => {
        if (isCurrent()) failed.value = error
      },
    )
  }
  const isBlocked = blocked.value.has(userId)
  useEffect(load, [userId, session.value?.userId, edits.value, isBlocked])
  if (failed.value instanceof RequestError && failed.value.code === noSuchUser) {
    return (
      <Notice whole icon={userIcon} title={w.userGone}>
        <a class="button" href="/">
          {w.toFeed}
        </a>
      </Notice>
    )
  }
  if (failed.value) return <Failure error={failed.value} retry={load} />
  const shown = read.value?.id === userId ? read.value : null
  if (!shown) return <Spinner />
  const mine = session.value?.userId === userId
  const about = { id: userId, name: shown.name }
  return (
    <div class="page profile">
      <header class="profile-head">
        <img class="profile-back" src={shown.background_image} alt="" />
        <div class="profile-bar">
          {!mine && (
            <button type="button" class="round" aria-label={w.back} onClick={goBack}>
              <Icon of={backIcon} />
            </button>
          )}
          <button
            type="button"
            class="round"
            aria-label={w.share}
            onClick={() => void share(`@${shown.name}`, `/user/${userId}`)}
          >
            <Icon of={shareIcon} />
          </button>
          {!mine && (
            <button
              type="button"
              class="round"
              aria-label={w.more}
              onClick={() => openSheet({ name: 'more', kind: 'user', id: userId, user: about })}
            >
              <Icon of={moreIcon} />
            </button>
          )}
          {mine && (
            <a class="round" href="/settings" aria-label={w.settings}>
              <Icon of={settingsIcon} />
            </a>
          )}
        </div>
        <Avatar user={shown} size={88} />
        <h1>
          <bdi>{shown.name}</bdi>
        </h1>
        {shown.signature !== '' && (
          <p class="signature" dir="auto">
            {shown.signature}
          </p>
        )}
        <Counts user={shown} />
        {isBlocked && <p class="soft">{w.blockedNow}</p>}
        {mine ? (
          <button type="button" class="button" onClick={() => openSheet({ name: 'edit' })}>
            {w.editProfile}
          </button>
        ) : isBlocked ? (
          <button type="button" class="button" onClick={() => void setBlock(about, false)}>
            {w.unblock}
          </button>
        ) : (
          <Actions user={shown} />
        )}
      </header>
      <nav class="tabs">
        <a
          href={`/user/${userId}`}
          aria-current={kind === 'works' ? 'page' : undefined}
          data-replace
        >
          {w.works} <span>{shortCount(shown.work_count)}</span>
        </a>
        <a
          href={`/user/${userId}/liked`}
          aria-current={kind === 'liked' ? 'page' : undefined}
          data-replace
        >
          {w.liked} <span>{shortCount(shown.favorite_count)}</span>
        </a>
      </nav>
      <VideoGrid userId={userId} kind={kind} mine={mine} />
    </div>
  )
}

function Counts({ user }: { user: User }) {
  const w = words.value
  return (
    <p class="counts">
      <a href={`/user/${user.id}/following`}>
        <b>{shortCount(user.follow_count)}</b> {w.following}
      </a>
      <a href={`/user/${user.id}/followers`}>
        <b>{shortCount(user.follower_count)}</b> {w.followers}
      </a>
      <span>
        <b>{shortCount(user.total_favorited)}</b> {w.likesReceived}
      </span>
    </p>
  )
}

function Actions({ user }: { user: User }) {
  const w = words.value
  const followed = followState(user).value
  return (
    <div class="actions">
      <button
        type="button"
        class={followed ? 'button' : 'button primary'}
        aria-pressed={followed}
        onClick={() => void setFollow(user, !followed)}
      >
        {followed ? w.followed : w.follow}
      </button>
      <button
        type="button"
        class="button"
        onClick={async () => {
          if (await requireLogin()) navigate(`/messages/${user.id}`)
        }}
      >
        {w.message}
      </button>
    </div>
  )
}
