import { useState } from 'preact/hooks'
import { api } from '../lib/api.ts'
import { words } from '../lib/language.ts'
import { sentenceOf, showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { toast } from '../lib/toast.ts'
import { requireLogin } from '../route/require-login.ts'
import { closeSheet, place } from '../route/router.ts'

/** What the contract calls them. */
const types = { video: 1, comment: 2, user: 3 } as const
const maxChars = 200

/** Asks the operator to look at something, and says why. */
export function ReportForm({ id, kind }: { id: number; kind: keyof typeof types }) {
  const w = words.value
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const send = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget
    if (busy || !(form instanceof HTMLFormElement)) return
    const fields = new FormData(form)
    const said = [fields.get('why'), fields.get('text')].map((value) => String(value).trim())
    const reason = said.filter((text) => text !== '').join(': ')
    // The sheet of the login takes the place of this one.
    const { key } = place.peek()
    const isStranger = !session.peek()
    if (!(await requireLogin())) return
    setBusy(true)
    setProblem('')
    try {
      await api.report({ target_type: types[kind], target_id: id, reason })
      toast(w.reported)
      await closeSheet(key)
    } catch (error) {
      if (isStranger) showError(error)
      setProblem(sentenceOf(error))
      setBusy(false)
    }
  }
  const longest = Math.max(...w.reasons.map((why) => why.length))
  return (
    <form class="form" onSubmit={(event) => void send(event)}>
      <div class="choices" role="radiogroup" aria-label={w.report[kind]}>
        {w.reasons.map((why) => (
          <label key={why} class="check">
            <input type="radio" name="why" value={why} required />
            {why}
          </label>
        ))}
      </div>
      <textarea
        name="text"
        rows={2}
        maxLength={maxChars - longest - 2}
        placeholder={w.reportMore}
        aria-label={w.reportMore}
        dir="auto"
      />
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="button primary wide" disabled={busy}>
        {w.send}
      </button>
    </form>
  )
}
