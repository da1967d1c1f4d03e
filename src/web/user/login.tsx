import { useState } from 'preact/hooks'
import { api } from '../lib/api.ts'
import { words } from '../lib/language.ts'
import { RequestError, sentenceOf } from '../lib/request.ts'
import { setSession } from '../lib/session.ts'
import { Password, ShowPassword } from '../ui/password.tsx'
import { Sheet } from '../ui/sheet.tsx'

const maxChars = 32
const inviteRequired = 2007

/** Logs in, or registers first. */
export function Login() {
  const w = words.value
  const [fresh, setFresh] = useState(false)
  const [shown, setShown] = useState(false)
  /** Whether this server takes nobody without an invite. */
  const [invited, setInvited] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const enter = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget
    if (busy || !(form instanceof HTMLFormElement)) return
    const fields = new FormData(form)
    const [username, password] = [String(fields.get('username')), String(fields.get('password'))]
    setBusy(true)
    setProblem('')
    try {
      const person = { username: username.trim(), password }
      const invite = fields.get('invite')
      const { user_id: userId, token } = await (fresh
        ? api.register({ ...person, invite: invite ? String(invite).trim() : undefined })
        : api.login(person))
      setSession({ userId, token })
    } catch (error) {
      const code = error instanceof RequestError ? error.code : 0
      if (code === inviteRequired) setInvited(true)
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Sheet kind="small" title={fresh ? w.registerTitle : w.loginTitle}>
      <form class="form" onSubmit={(event) => void enter(event)}>
        <p class="soft">{w.loginWhy}</p>
        <label>
          {w.name}
          <input
            name="username"
            required
            maxLength={maxChars}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            dir="auto"
          />
        </label>
        <Password
          name="password"
          label={w.password}
          shown={shown}
          autocomplete={fresh ? 'new-password' : 'current-password'}
        />
        <ShowPassword shown={shown} show={setShown} />
        {fresh && invited && (
          <label>
            {w.invite}
            <input
              name="invite"
              required
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
            />
          </label>
        )}
        <p class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="button primary wide" disabled={busy}>
          {fresh ? w.register : w.login}
        </button>
        <button type="button" class="link wide" onClick={() => setFresh(!fresh)}>
          {fresh ? w.toLogin : w.toRegister}
        </button>
      </form>
    </Sheet>
  )
}
