import { useEffect, useState } from 'preact/hooks'
import { api, type Device } from '../lib/api.ts'
import { shortTime, words } from '../lib/language.ts'
import { RequestError, showError } from '../lib/request.ts'
import { toast } from '../lib/toast.ts'

const maxChars = 32

/** Sets another password; the other devices are logged out by that. */
export function ChangePassword() {
  const w = words.value
  const [busy, setBusy] = useState(false)
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
    } catch (error) {
      setProblem(error instanceof RequestError ? error.message : w.failed)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="plain-form" onSubmit={(event) => void change(event)}>
      <label>
        {w.oldPassword}
        <input
          name="old"
          type="password"
          required
          maxLength={maxChars}
          autocomplete="current-password"
        />
      </label>
      <label>
        {w.newPassword}
        <input
          name="new"
          type="password"
          required
          maxLength={maxChars}
          autocomplete="new-password"
        />
      </label>
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
export function Devices() {
  const w = words.value
  const [devices, setDevices] = useState<readonly Device[]>([])
  useEffect(() => {
    api.sessions({}).then(({ session_list: list }) => setDevices(list), showError)
  }, [])
  const end = async (device: Device) => {
    try {
      await api.logout({ session_id: device.id })
      setDevices((known) => known.filter((one) => one !== device))
    } catch (error) {
      showError(error)
    }
  }
  return (
    <ul>
      {devices.map((device) => (
        <li key={device.id} class="setting">
          <span>
            {device.is_current ? w.thisDevice : w.otherDevice}
            <br />
            <small class="soft">{w.since(shortTime(device.create_time))}</small>
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
