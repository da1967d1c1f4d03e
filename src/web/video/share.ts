import type { Video } from '../lib/api.ts'
import { videoState } from '../lib/entities.ts'
import { words } from '../lib/language.ts'
import { toast } from '../lib/toast.ts'

/** Hands the address of a video on: by the system's own sheet on a phone, else by the clipboard. */
export async function share(video: Video): Promise<void> {
  const url = `${location.origin}/video/${video.id}`
  if ('share' in navigator && matchMedia('(pointer: coarse)').matches) {
    // Rejected when the person closes it.
    await navigator.share({ title: videoState(video).peek().title, url }).catch(() => {})
    return
  }
  const { copied, shareBy } = words.value
  toast((await copy(url)) ? copied : shareBy(url))
}

/** Without HTTPS there is no clipboard, but the old command still works in most browsers. */
async function copy(text: string): Promise<boolean> {
  if ('clipboard' in navigator) {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    if (done) return true
  }
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'offscreen'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  return done
}
