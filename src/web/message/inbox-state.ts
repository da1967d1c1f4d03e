import { api, type Conversation } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { effect, signal } from '../lib/signals.ts'
import { readBlocked } from '../relation/block.ts'
import { keepConnected, listen } from './socket.ts'
import { unread } from './unread.ts'

/** The newest message of each conversation that came since the page was opened. */
export const latest = signal<Readonly<Record<number, { text: string; mine: boolean; at: number }>>>(
  {},
)
/** With whom one talks at the moment. */
export const openPeer = signal<number | null>(null)

/** How far each other one has read, as far as it was told. */
export const peerReads = new Map<number, number>()

/** Takes what the server says of conversations. */
export function learnConversations(list: readonly Conversation[]): void {
  const me = session.peek()?.userId
  const news = { ...latest.peek() }
  const counts = { ...unread.peek() }
  for (const { user, message, unread_count: count, peer_read_up_to: upTo } of list) {
    const mine = message.from_user_id === me
    news[user.id] = { text: message.content, mine, at: Number(message.create_time) }
    if (count > 0 && openPeer.peek() !== user.id) counts[user.id] = count
    peerReads.set(user.id, upTo)
  }
  latest.value = news
  unread.value = counts
}

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
export function hearMessages(): void {
  countMessages()
  keepConnected()
  // What came while one was away.
  effect(() => {
    const here = session.value?.userId
    unread.value = {}
    latest.value = {}
    peerReads.clear()
    if (!here) return
    readBlocked().catch(() => {})
    api.conversations({ cursor: undefined, limit: 50 }).then(
      ({ conversation_list: list }) => {
        if (session.peek()?.userId === here) learnConversations(list)
      },
      () => {},
    )
  })
}
