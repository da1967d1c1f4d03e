import { session } from '../lib/session.ts'
import { effect } from '../lib/signals.ts'
import { closeSheet, openSheet, place } from './router.ts'

/**
 * Resolves with true as soon as somebody is logged in, after the login sheet if need be, so that what
 * was wanted is then done; with false if the sheet was closed.
 */
export async function requireLogin(): Promise<boolean> {
  if (session.peek()) return true
  openSheet({ name: 'login' })
  const { key } = place.peek()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const stop = effect(() => {
    if (session.value) resolve(true)
    else if (place.value.key !== key) resolve(false)
  })
  const loggedIn = await promise
  stop()
  if (loggedIn && place.peek().key === key) await closeSheet()
  return loggedIn
}
