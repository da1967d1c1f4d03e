import { useEffect, useMemo } from 'preact/hooks'
import { words } from '../../lib/language.ts'
import { goBack } from '../../route/router.ts'
import { Icon } from '../../ui/icon.tsx'
import { backIcon } from '../../ui/icons.ts'
import { Failure, Spinner } from '../../ui/notice.tsx'
import { Watch } from '../feed.tsx'
import type { Source } from '../source.ts'

interface ListFeedProps {
  readonly title: string
  readonly source: Source
  readonly videoId: number
}

/** The videos of a list, beginning with one of them. */
export function ListFeed({ title, source, videoId }: ListFeedProps) {
  const { list, index } = source
  const known = list.items.value.findIndex(({ id }) => id === videoId)
  const state = list.state.value
  // Opened by its address, the list may have to be read up to there.
  useEffect(() => {
    if (known === -1 && state === 'idle') void list.more()
  }, [source, known, state])
  // Before the player is shown, which would begin with another one.
  useMemo(() => {
    if (known !== -1) index.value = known
  }, [source, videoId, known === -1])
  const sought = known === -1 && state !== 'done'
  return (
    <>
      <h1 class="offscreen">{title}</h1>
      {!sought && <Watch source={source} gone={known === -1} />}
      {sought && state !== 'failed' && <Spinner />}
      {sought && state === 'failed' && (
        <Failure error={list.error.value} retry={() => void list.more()} />
      )}
      <button type="button" class="round stage-back" aria-label={words.value.back} onClick={goBack}>
        <Icon of={backIcon} />
      </button>
    </>
  )
}
