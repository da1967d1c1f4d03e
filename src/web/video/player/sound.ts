import { signal } from '../../lib/signals.ts'
import { recall, remember } from '../../lib/storage.ts'

/** What the person wants; null as long as nothing was said. */
const wish = signal<boolean | null>({ on: true, off: false }[recall('sound') ?? ''] ?? null)

/** Whether there is no sound now: browsers allow it only after the page was touched. */
export const muted = signal(wish.peek() !== true)

/** Turns the sound on or off, and keeps that wish. */
export function setSound(on: boolean): void {
  wish.value = on
  muted.value = !on
  remember('sound', on ? 'on' : 'off')
}

/** The browser refused to play with sound. The wish stays: it comes true at the next touch. */
export function soundRefused(): void {
  muted.value = true
  const unmute = () => {
    removeEventListener('pointerup', unmute)
    removeEventListener('keydown', unmute)
    if (wish.peek() === true) muted.value = false
  }
  addEventListener('pointerup', unmute)
  addEventListener('keydown', unmute)
}
