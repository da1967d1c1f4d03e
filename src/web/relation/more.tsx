import { useState } from 'preact/hooks'
import { blocked } from '../lib/blocked.ts'
import { words } from '../lib/language.ts'
import { toast } from '../lib/toast.ts'
import { ReportForm } from '../report/report-form.tsx'
import { closeSheet, place } from '../route/router.ts'
import { Sheet } from '../ui/sheet.tsx'
import { type Someone, setBlock } from './block.ts'

interface MoreProps {
  readonly id: number
  readonly kind: 'video' | 'comment' | 'user'
  /** Whose it is. */
  readonly user: Someone
}

/** What one can do about somebody, or about what they made: report it, or block them. */
export function More({ id, kind, user }: MoreProps) {
  const w = words.value
  const [reporting, setReporting] = useState(false)
  const [busy, setBusy] = useState(false)
  const isBlocked = blocked.value.has(user.id)
  const block = async () => {
    const { key } = place.peek()
    setBusy(true)
    const done = await setBlock(user, !isBlocked)
    setBusy(false)
    if (!done) return
    toast(isBlocked ? w.unblocked : w.blocked)
    await closeSheet(key)
  }
  if (reporting) {
    return (
      <Sheet kind="small" title={w.report[kind]}>
        <ReportForm id={id} kind={kind} />
      </Sheet>
    )
  }
  return (
    <Sheet kind="small" title={`@${user.name}`}>
      <div class="form">
        <button type="button" class="button wide" onClick={() => setReporting(true)}>
          {w.report[kind]}
        </button>
        <button
          type="button"
          class="button wide danger"
          disabled={busy}
          onClick={() => void block()}
        >
          {isBlocked ? w.unblock : w.block}
        </button>
        {!isBlocked && <p class="soft">{w.blockHow}</p>}
      </div>
    </Sheet>
  )
}
