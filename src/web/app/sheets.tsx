import { place } from '../route/router.ts'
import { lazy } from './lazy.tsx'

const Comments = lazy('Comments')
const OwnVideo = lazy('OwnVideo')
const More = lazy('More')
const Blocked = lazy('Blocked')
const EditProfile = lazy('EditProfile')
const Login = lazy('Login')
const Keys = lazy('KeysHelp')

/** The sheet that lies over the screen, if any. */
export function OpenSheet() {
  const { name, id = 0, kind, user } = place.value.sheet ?? {}
  if (name === 'comments') return <Comments key={id} videoId={id} />
  if (name === 'own') return <OwnVideo videoId={id} />
  if (name === 'more' && kind && user) return <More id={id} kind={kind} user={user} />
  if (name === 'blocked') return <Blocked />
  if (name === 'edit') return <EditProfile />
  if (name === 'login') return <Login />
  return name === 'keys' ? <Keys /> : null
}
