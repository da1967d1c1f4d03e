import { api } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { effect } from '../lib/signals.ts'
import { listen } from '../message/socket.ts'
import { learnUnread } from './count.ts'
import { changes, shown } from './unread.ts'

/** What comes within this time is asked for in one go: ms. */
const pauseMs = 400

/** Keeps the count of unread notices right, wherever in the client one is. */
export function hearNotices(): void {
  let isDue = false
  const soon = () => {
    if (isDue) return
    isDue = true
    setTimeout(() => {
      isDue = false
      changes.value += 1
      if (!shown.peek()) void count()
    }, pauseMs)
  }
  // Of what came while there was no connection, no frame tells.
  listen(({ type }) => {
    if (type === 'notice' || type === 'ready') soon()
  })
  effect(() => {
    if (session.value) soon()
  })
}

async function count(): Promise<void> {
  if (!session.peek()) return
  const asked = performance.now()
  const page = await api.notices({ cursor: undefined, limit: 1 }).catch(() => null)
  if (page) learnUnread(page.unread_count, asked)
}
