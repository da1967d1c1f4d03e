import { useEffect, useState } from 'preact/hooks'
import { api, type Device } from '../lib/api.ts'
import { shortTime, words } from '../lib/language.ts'
import { sentenceOf, showError } from '../lib/request.ts'
import { toast } from '../lib/toast.ts'
import { openSheet } from '../route/router.ts'
import { Icon } from '../ui/icon.tsx'
import { forwardIcon } from '../ui/icons.ts'
import { Failure, Spinner } from '../ui/notice.tsx'
import { Password, ShowPassword } from '../ui/password.tsx'

/** What one has here, where one is logged in, and the password. */
export function Account() {
  const w = words.value
  /** How often it was changed: by that the other devices are logged out. */
  const [passwords, setPasswords] = useState(0)
  return (
    <>
      <section class="card">
        <button type="button" class="setting" onClick={() => openSheet({ name: 'edit' })}>
          {w.editProfile}
          <Icon of={forwardIcon} />
        </button>
        <button type="button" class="setting" onClick={() => openSheet({ name: 'blocked' })}>
          {w.blockedPeople}
          <Icon of={forwardIcon} />
        </button>
      </section>
      <section class="card">
        <h2>{w.devices}</h2>
        <Devices key={passwords} />
      </section>
      <section class="card">
        <h2>{w.changePassword}</h2>
        <ChangePassword changed={() => setPasswords(passwords + 1)} />
      </section>
    </>
  )
}

/** Sets another password; the other devices are logged out by that. */
function ChangePassword({ changed }: { changed: () => void }) {
  const w = words.value
  const [busy, setBusy] = useState(false)
  const [shown, setShown] = useState(false)
  const [problem, setProblem] = useState('')
  const change = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget
    if (busy || !(form instanceof HTMLFormElement)) return
    const fields = new FormData(form)
    setBusy(true)
    setProblem('')
    try {
      await api.password({
        old_password: String(fields.get('old')),
        new_password: String(fields.get('new')),
      })
      form.reset()
      toast(w.passwordChanged)
      changed()
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="plain-form" onSubmit={(event) => void change(event)}>
      <Password name="old" label={w.oldPassword} shown={shown} autocomplete="current-password" />
      <Password name="new" label={w.newPassword} shown={shown} autocomplete="new-password" />
      <ShowPassword shown={shown} show={setShown} />
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="button" disabled={busy}>
        {w.changePassword}
      </button>
    </form>
  )
}

/** Where one is logged in, and the way to end that elsewhere. */
function Devices() {
  const w = words.value
  const [devices, setDevices] = useState<readonly Device[]>([])
  const [failed, setFailed] = useState<unknown>(null)
  const load = () => {
    setFailed(null)
    api.sessions({}).then(({ session_list: list }) => setDevices(list), setFailed)
  }
  useEffect(load, [])
  const end = async (device: Device) => {
    try {
      await api.logout({ session_id: device.id })
      setDevices((known) => known.filter((one) => one !== device))
    } catch (error) {
      showError(error)
    }
  }
  if (failed) return <Failure error={failed} retry={load} />
  if (devices.length === 0) return <Spinner />
  return (
    <ul>
      {devices.map((device) => (
        <li key={device.id} class="setting">
          <span>
            {device.is_current ? w.thisDevice : w.otherDevice}
            <br />
            <small class="soft">
              {w.since(shortTime(device.create_time))}
              {!device.is_current && ` · ${w.lastSeen(shortTime(device.last_seen))}`}
            </small>
          </span>
          {!device.is_current && (
            <button type="button" class="link danger" onClick={() => void end(device)}>
              {w.logout}
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
