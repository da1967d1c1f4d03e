import { signal } from './signals.ts'

/** A sentence that is shown for a moment. */
export const toasts = signal<readonly { readonly id: number; readonly text: string }[]>([])

const shownMs = 3500
const maxShown = 3
let lastId = 0

/** Shows a sentence; the same one isn't shown twice at a time. */
export function toast(text: string): void {
  if (toasts.peek().some((one) => one.text === text)) return
  const id = ++lastId
  toasts.value = [...toasts.peek(), { id, text }].slice(-maxShown)
  setTimeout(() => {
    toasts.value = toasts.peek().filter((one) => one.id !== id)
  }, shownMs)
}
