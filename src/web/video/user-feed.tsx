import { useEffect } from 'preact/hooks'
import { words } from '../lib/language.ts'
import { goBack } from '../route/router.ts'
import { Icon } from '../ui/icon.tsx'
import { backIcon } from '../ui/icons.ts'
import { Spinner } from '../ui/notice.tsx'
import { Watch } from './feed.tsx'
import { userSource } from './user-source.ts'

/** The works of a user or what the user likes, beginning with one of them. */
export function UserFeed({
  userId,
  kind,
  videoId,
}: {
  userId: number
  kind: 'works' | 'liked'
  videoId: number
}) {
  const source = userSource(userId, kind)
  const w = words.value
  const { list, index } = source
  const known = list.items.value.findIndex(({ id }) => id === videoId)
  useEffect(() => {
    // Opened by its address, the list may have to be read up to there.
    if (known === -1) void list.more()
    else index.value = known
  }, [videoId, known === -1, list.items.value.length])
  if (known === -1 && list.state.value !== 'done' && list.state.value !== 'failed')
    return <Spinner />
  return (
    <>
      <h1 class="offscreen">{kind === 'works' ? w.works : w.liked}</h1>
      <Watch source={source} gone={known === -1 && list.state.value === 'done'} />
      <button type="button" class="round stage-back" aria-label={w.back} onClick={goBack}>
        <Icon of={backIcon} />
      </button>
    </>
  )
}
