import { useEffect, useState } from 'preact/hooks'
import { api } from '../lib/api.ts'
import { changeVideo, knownState } from '../lib/entities.ts'
import { words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { sentenceOf, showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { toast } from '../lib/toast.ts'
import { closeSheet, navigate, place } from '../route/router.ts'
import { Sheet } from '../ui/sheet.tsx'
import { maxTitle } from './uploads.ts'

/** What one can do with an own video: give it another title, or delete it, asked once more. */
export function OwnVideo({ videoId }: { videoId: number }) {
  const w = words.value
  const [busy, setBusy] = useState(false)
  const [asked, setAsked] = useState(false)
  const [problem, setProblem] = useState('')
  const [title, setTitle] = useState(knownState(videoId)?.peek().title)
  useEffect(() => {
    // After a reload the list that it is in may not be there yet.
    if (title !== undefined) return
    api.video({ video_id: videoId }).then(({ video }) => setTitle(video.title), showError)
  }, [])
  const run = async (work: () => Promise<void>) => {
    if (busy) return
    setBusy(true)
    setProblem('')
    try {
      await work()
    } catch (error) {
      setProblem(sentenceOf(error))
      setBusy(false)
    }
  }
  const retitle = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget
    if (!(form instanceof HTMLFormElement)) return
    const title = String(new FormData(form).get('title')).trim()
    const { key } = place.peek()
    void run(async () => {
      await api.retitle({ video_id: videoId, title })
      changeVideo(videoId, (state) => ({ ...state, title }))
      toast(w.saved)
      await closeSheet(key)
    })
  }
  const remove = () =>
    run(async () => {
      const { key } = place.peek()
      await api.removeVideo({ video_id: videoId })
      // It is in none of the lists any more.
      forget()
      toast(w.deleted)
      if (place.peek().key !== key) return
      await closeSheet()
      navigate(`/user/${session.peek()?.userId}`, { replace: true })
    })
  return (
    <Sheet kind="small" title={asked ? w.confirmDelete : w.editVideo}>
      <form class="form" onSubmit={retitle}>
        {!asked && title !== undefined && (
          <textarea
            name="title"
            rows={3}
            maxLength={maxTitle}
            required
            placeholder={w.titleOfVideo}
            aria-label={w.titleOfVideo}
            dir="auto"
          >
            {title}
          </textarea>
        )}
        <p class="problem" role="alert">
          {problem}
        </p>
        {!asked && (
          <button type="submit" class="button primary wide" disabled={busy || title === undefined}>
            {w.save}
          </button>
        )}
        <button
          type="button"
          class={asked ? 'button primary wide' : 'button wide danger'}
          disabled={busy}
          onClick={() => (asked ? void remove() : setAsked(true))}
        >
          {w.delete}
        </button>
        {asked && (
          <button type="button" class="button wide" onClick={() => setAsked(false)}>
            {w.cancel}
          </button>
        )}
      </form>
    </Sheet>
  )
}
