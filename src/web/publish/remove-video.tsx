import { useState } from 'preact/hooks'
import { api } from '../lib/api.ts'
import { words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { toast } from '../lib/toast.ts'
import { closeSheet, navigate } from '../route/router.ts'
import { Sheet } from '../ui/sheet.tsx'

/** Asks once more, and deletes an own video. */
export function RemoveVideo({ videoId }: { videoId: number }) {
  const w = words.value
  const [busy, setBusy] = useState(false)
  const remove = async () => {
    setBusy(true)
    try {
      await api.removeVideo({ video_id: videoId })
      await closeSheet()
      // It is in none of the lists any more.
      forget()
      toast(w.deleted)
      navigate(`/user/${session.peek()?.userId}`, { replace: true })
    } catch (error) {
      showError(error)
      setBusy(false)
    }
  }
  return (
    <Sheet kind="small" title={w.confirmDelete}>
      <div class="form">
        <button
          type="button"
          class="button primary wide"
          disabled={busy}
          onClick={() => void remove()}
        >
          {w.delete}
        </button>
        <button type="button" class="button wide" onClick={() => void closeSheet()}>
          {w.cancel}
        </button>
      </div>
    </Sheet>
  )
}
