import { signal } from '@preact/signals'
import { session } from '../lib/session.ts'
import { keepConnected, listen } from './socket.ts'
import { unread } from './unread.ts'

/** The newest message of each conversation that came since the page was opened. */
export const latest = signal<Readonly<Record<number, { text: string; mine: boolean; at: number }>>>(
  {},
)
/** With whom one talks at the moment. */
export const openPeer = signal<number | null>(null)

/** Marks a conversation as looked at. */
export function clearUnread(peerId: number): void {
  if (!(peerId in unread.peek())) return
  const { [peerId]: _, ...rest } = unread.peek()
  unread.value = rest
}

/** Counts what comes, wherever in the client one is. */
function countMessages(): void {
  listen((frame) => {
    const me = session.peek()?.userId
    // Another device of the same person has shown it.
    if (frame.type === 'read' && frame.by_user_id === me) clearUnread(frame.with_user_id)
    if (frame.type !== 'message' && frame.type !== 'ack') return
    const { from_user_id: from, to_user_id: to, content, create_time: at } = frame.message
    const mine = from === me
    const peerId = mine ? to : from
    latest.value = { ...latest.peek(), [peerId]: { text: content, mine, at: Number(at) } }
    if (mine || openPeer.peek() === peerId) return
    unread.value = { ...unread.peek(), [peerId]: (unread.peek()[peerId] ?? 0) + 1 }
  })
}

/** Keeps a connection for whoever is logged in, and counts what comes. */
export function goLive(): void {
  countMessages()
  keepConnected()
}
