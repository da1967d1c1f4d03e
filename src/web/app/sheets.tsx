import { place } from '../route/router.ts'
import { lazy } from './lazy.tsx'

const Comments = lazy('Comments')
const RemoveVideo = lazy('RemoveVideo')
const Login = lazy('Login')
const Keys = lazy('KeysHelp')

/** The sheet that lies over the screen, if any. */
export function OpenSheet() {
  const { sheet } = place.value
  if (sheet?.name === 'comments' && sheet.id) return <Comments key={sheet.id} videoId={sheet.id} />
  if (sheet?.name === 'remove' && sheet.id) return <RemoveVideo videoId={sheet.id} />
  if (sheet?.name === 'login') return <Login />
  return sheet?.name === 'keys' ? <Keys /> : null
}
