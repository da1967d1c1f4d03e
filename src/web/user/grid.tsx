import { useEffect } from 'preact/hooks'
import { words } from '../lib/language.ts'
import { heartIcon, playIcon } from '../ui/icons.ts'
import { Notice } from '../ui/notice.tsx'
import { Covers } from '../video/list/covers.tsx'
import { userSource } from '../video/list/user-source.ts'

interface GridProps {
  readonly userId: number
  readonly kind: 'works' | 'liked'
  readonly mine: boolean
}

/** The works of a user, or what the user likes. */
export function VideoGrid({ userId, kind, mine }: GridProps) {
  const w = words.value
  const source = userSource(userId, kind)
  const { items, state, more } = source.list
  useEffect(() => void more(), [source])
  if (items.value.length > 0 || state.value !== 'done')
    return <Covers source={source} mine={mine} />
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
