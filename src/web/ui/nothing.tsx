import { words } from '../lib/language.ts'
import { requireLogin } from '../route/require-login.ts'
import { searchIcon, userIcon } from './icons.ts'
import { Notice } from './notice.tsx'

/** For a screen that is somebody's own. */
export function LoginFirst() {
  const w = words.value
  return (
    <Notice whole icon={userIcon} title={w.loginTitle} body={w.loginWhy}>
      <button type="button" class="button primary" onClick={() => void requireLogin()}>
        {w.login}
      </button>
      <a class="link" href="/settings">
        {w.settings}
      </a>
    </Notice>
  )
}

/** For an address without a screen. */
export function Nothing() {
  const w = words.value
  return (
    <Notice whole icon={searchIcon} title={w.notFound}>
      <a class="button" href="/">
        {w.toFeed}
      </a>
    </Notice>
  )
}
