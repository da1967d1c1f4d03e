import { session } from '../lib/session.ts'
import { effect } from '../lib/signals.ts'
import { unreadNotices } from './unread.ts'

/** When what is shown was asked for, or told: ms of `performance.now()`. */
let known = 0

/** Takes what the server counts as unread, unless something newer is known. */
export function learnUnread(count: number, asked: number): void {
  if (asked < known) return
  known = asked
  unreadNotices.value = count
}

// Whatever was asked before is another one's.
effect(() => {
  void session.value
  learnUnread(0, performance.now())
})
