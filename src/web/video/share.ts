import { words } from '../lib/language.ts'
import { toast } from '../lib/toast.ts'

/**
 * Hands an address of the client on: by the system's own sheet on a phone, else by the clipboard.
 * @param path of what is shared, such as `/video/3`
 */
export async function share(title: string, path: string): Promise<void> {
  const url = location.origin + path
  if ('share' in navigator && matchMedia('(pointer: coarse)').matches) {
    // Rejected when the person closes it.
    await navigator.share({ title, url }).catch(() => {})
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
