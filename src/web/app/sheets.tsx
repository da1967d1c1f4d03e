import { place } from '../route/router.ts'
import { lazy } from '../ui/lazy.tsx'

const Comments = lazy(async () => (await import('../comment/comments.tsx')).Comments)
const RemoveVideo = lazy(async () => (await import('../publish/remove-video.tsx')).RemoveVideo)
const Login = lazy(async () => (await import('../user/login.tsx')).Login)
const Keys = lazy(async () => (await import('../video/keys-help.tsx')).KeysHelp)

/** The sheet that lies over the screen, if any. */
export function OpenSheet() {
  const { sheet } = place.value
  if (sheet?.name === 'comments' && sheet.id) return <Comments key={sheet.id} videoId={sheet.id} />
  if (sheet?.name === 'remove' && sheet.id) return <RemoveVideo videoId={sheet.id} />
  if (sheet?.name === 'login') return <Login />
  return sheet?.name === 'keys' ? <Keys /> : null
}
