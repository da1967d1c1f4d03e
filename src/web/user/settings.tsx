import { useState } from 'preact/hooks'
import { api } from '../lib/api.ts'
import { chooseLanguage, language, words } from '../lib/language.ts'
import { session, setSession } from '../lib/session.ts'
import { start } from '../lib/start.ts'
import { recall, remember } from '../lib/storage.ts'
import { requireLogin } from '../route/require-login.ts'
import { navigate } from '../route/router.ts'
import { Icon } from '../ui/icon.tsx'
import { userIcon } from '../ui/icons.ts'
import { PageHead } from '../ui/page-head.tsx'
import { Account } from './account.tsx'

/** How the client behaves, how a phone gets here, and the way out. */
export function Settings() {
  const w = words.value
  const [advance, setAdvance] = useState(recall('advance') === 'on')
  return (
    <div class="page settings">
      <PageHead title={w.settings} />
      <section class="card">
        <label class="setting">
          {w.language}
          <select
            value={language.value}
            onChange={({ currentTarget }) =>
              chooseLanguage(currentTarget.value === 'zh' ? 'zh' : 'en')
            }
          >
            <option value="zh">中文</option>
            <option value="en">English</option>
          </select>
        </label>
        <label class="setting">
          {w.autoAdvance}
          <input
            type="checkbox"
            role="switch"
            aria-checked={advance}
            checked={advance}
            onChange={({ currentTarget: { checked } }) => {
              setAdvance(checked)
              remember('advance', checked ? 'on' : null)
            }}
          />
        </label>
      </section>
      {session.value ? (
        <Account />
      ) : (
        <button type="button" class="button primary wide" onClick={() => void requireLogin()}>
          {w.login}
        </button>
      )}
      <Phone />
      <section class="card">
        <h2>{w.about}</h2>
        <p>
          <a class="link" href="/swagger">
            {w.api}
          </a>
        </p>
        <p class="soft">douyin {start.version}</p>
      </section>
      {session.value && (
        <button
          type="button"
          class="button wide danger"
          onClick={() => {
            // Ended on the server too; offline it ends by itself in time.
            void api.logout({ session_id: undefined }).catch(() => {})
            setSession(null)
            navigate('/')
          }}
        >
          <Icon of={userIcon} /> {w.logout}
        </button>
      )}
    </div>
  )
}

/** How a phone gets here, unless this machine is all that can. */
function Phone() {
  const w = words.value
  const isLocal = /^(localhost|127\..*|\[::1\])$/.test(location.hostname)
  const addresses = start.addresses.length > 0 || isLocal ? start.addresses : [location.origin]
  if (addresses.length === 0) return null
  return (
    <section class="card">
      <h2>{w.phone}</h2>
      <p class="soft">{w.phoneHow}</p>
      <ul class="addresses">
        {addresses.map((address) => (
          <li key={address}>
            <img
              class="qr"
              src={`/qr/${encodeURIComponent(address)}`}
              alt=""
              width={180}
              height={180}
            />
            <code>{address}</code>
          </li>
        ))}
      </ul>
    </section>
  )
}
