import { useState } from 'preact/hooks'
import { api } from '../lib/api.ts'
import { words } from '../lib/language.ts'
import { RequestError } from '../lib/request.ts'
import { setSession } from '../lib/session.ts'
import { Sheet } from '../ui/sheet.tsx'

const maxChars = 32

/** Logs in, or registers first. */
export function Login() {
  const w = words.value
  const [fresh, setFresh] = useState(false)
  const [shown, setShown] = useState(false)
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
      const way = fresh ? api.register : api.login
      const { user_id: userId, token } = await way({ username: username.trim(), password })
      setSession({ userId, token })
    } catch (error) {
      setProblem(error instanceof RequestError ? error.message : w.failed)
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
        <label>
          {w.password}
          <input
            {...(shown ? { type: 'text' } : { type: 'password' })}
            name="password"
            required
            maxLength={maxChars}
            autocomplete={fresh ? 'new-password' : 'current-password'}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={shown}
            onChange={({ currentTarget }) => setShown(currentTarget.checked)}
          />
          {w.showPassword}
        </label>
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
