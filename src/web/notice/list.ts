import { api, type NoticeEntry } from '../lib/api.ts'
import { learnUsers } from '../lib/entities.ts'
import { type Paged, paged } from '../lib/paged.ts'
import { session } from '../lib/session.ts'
import { effect, signal } from '../lib/signals.ts'
import { learnUnread } from './count.ts'

const makeList = (): Paged<NoticeEntry> =>
  paged(
    async (cursor) => {
      const page = await read(cursor)
      return { items: page.notice_list, next: page.next_cursor ?? '' }
    },
    ({ id }) => id,
  )

/** What was read so far, newest first. */
export const notices = signal(makeList())

/** Up to where the server was told that they were read. */
let toldUpTo = 0

let asks = 0
/** Which of the asks for what is newest was answered. */
let answered = 0

effect(() => {
  void session.value
  toldUpTo = 0
  notices.value = makeList()
})

async function read(cursor: string | undefined) {
  const asked = performance.now()
  const page = await api.notices({ cursor, limit: 30 })
  learnUsers(
    page.notice_list.map(({ user }) => user),
    asked,
  )
  learnUnread(page.unread_count, asked)
  return page
}

/** Reads what came on top of the list; what was taken back meanwhile leaves it. */
export async function readNewest(): Promise<void> {
  const list = notices.peek()
  const [known] = list.items.peek()
  if (!known && list.state.peek() !== 'done') return list.more()
  const ask = ++asks
  const { notice_list: newest, next_cursor: next } = await read(undefined)
  if (list !== notices.peek() || ask < answered) return
  answered = ask
  const oldest = newest.at(-1)?.id ?? 0
  if (next && oldest > (known?.id ?? 0)) {
    // More than a page has come: what is between would be missing.
    notices.value = makeList()
    return notices.peek().more()
  }
  const before = list.items.peek()
  const older = next ? before.filter(({ id }) => id < oldest) : []
  // What came as new stays marked so for as long as one looks.
  const top = newest.map((entry) => before.find(({ id }) => id === entry.id) ?? entry)
  list.items.value = [...top, ...older]
}

/** Nothing is new any more, once one has looked. */
export function leave(): void {
  const { items } = notices.peek()
  items.value = items.peek().map((entry) => ({ ...entry, is_read: true }))
}

/** Tells the server that what is on the screen was seen. */
export async function markRead(): Promise<void> {
  const newest = notices.peek().items.peek()[0]?.id ?? 0
  if (newest <= toldUpTo || document.hidden) return
  const before = toldUpTo
  toldUpTo = newest
  try {
    const { unread_count: unread } = await api.readNotices({ up_to_id: newest })
    // What was counted meanwhile may not know of it.
    learnUnread(unread, performance.now())
  } catch {
    // With the next ones, or when the screen is opened again.
    toldUpTo = before
  }
}
