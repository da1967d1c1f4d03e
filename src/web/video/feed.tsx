import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { blocked } from '../lib/blocked.ts'
import { words } from '../lib/language.ts'
import { session } from '../lib/session.ts'
import { Icon } from '../ui/icon.tsx'
import { playIcon, searchIcon } from '../ui/icons.ts'
import { Failure, Notice, Spinner } from '../ui/notice.tsx'
import { Player } from './player/player.tsx'
import { feedSource, leaveOutBlocked, type Source } from './source.ts'

/** The feed, from its beginning or around one video. */
export function Feed({ videoId }: { videoId?: number }) {
  const w = words.value
  const source = feedSource(videoId)
  useLayoutEffect(() => leaveOutBlocked(source), [source, blocked.value])
  return (
    <>
      <h1 class="offscreen">{w.latest}</h1>
      <Watch source={source}>
        <Notice icon={playIcon} title={w.emptyTitle} body={w.emptyBody}>
          <a class="button primary" href="/post">
            {w.post}
          </a>
        </Notice>
      </Watch>
      <FeedTabs current="latest" />
    </>
  )
}

/** The ways between the feeds. */
export function FeedTabs({ current }: { current: 'latest' | 'following' }) {
  return (
    <nav class="feed-tabs" aria-label={words.value.home}>
      <a href="/following" aria-current={current === 'following' ? 'page' : undefined}>
        {words.value.following}
      </a>
      <a href="/" aria-current={current === 'latest' ? 'page' : undefined}>
        {words.value.latest}
      </a>
      <a class="feed-search" href="/search" aria-label={words.value.search}>
        <Icon of={searchIcon} />
      </a>
    </nav>
  )
}

/** A list of videos, or why there is nothing to see. */
export function Watch({
  source,
  gone = false,
  children,
}: {
  source: Source
  gone?: boolean
  children?: ComponentChildren
}) {
  const { list } = source
  const w = words.value
  const empty = list.items.value.length === 0
  useEffect(() => {
    if (empty) void list.more()
  }, [source, session.value?.userId])
  // All that was read may be by people whom one has blocked.
  useEffect(() => {
    if (empty && list.state.value === 'idle') void list.more()
  }, [empty, list.state.value])
  if (gone) {
    return (
      <Notice icon={playIcon} title={w.videoGone}>
        <a class="button" href="/">
          {w.toFeed}
        </a>
      </Notice>
    )
  }
  if (!empty) return <Player source={source} />
  if (list.state.value === 'failed') {
    return <Failure error={list.error.value} retry={() => void list.more()} />
  }
  if (list.state.value !== 'done') return <Spinner />
  return <>{children}</>
}
