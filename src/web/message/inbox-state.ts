import { api, type Conversation, type Message, type User } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { batch, effect, signal } from '../lib/signals.ts'
import { toast } from '../lib/toast.ts'
import { readBlocked } from '../relation/block.ts'
import { beginAt, keepConnected, listen, tell } from './socket.ts'
import { unread } from './unread.ts'

/** The newest message of a conversation. */
interface Newest {
  /** With whom, as soon as the server has said who that is. */
  readonly user: User | undefined
  readonly id: number
  readonly text: string
  readonly mine: boolean
  /** Unix ms. */
  readonly at: number
}

/** The newest message of each conversation that is known, by the other one's id. */
export const latest = signal<Readonly<Record<number, Newest>>>({})

/** With whom one talks at the moment. */
const openPeer = signal<number | null>(null)

/** How far each other one has read, as far as it was told. */
export const peerReads = signal<Readonly<Record<number, number>>>({})

/** What one has not read of somebody. */
interface Unread {
  /** How many the server counted, and up to which message. */
  counted: number
  countedTo: number
  /** Those that came since. */
  readonly since: Set<number>
  /** Up to where one has read. */
  readTo: number
}
const unreadOf = new Map<number, Unread>()

function known(peerId: number): Unread {
  const made = { counted: 0, countedTo: 0, since: new Set<number>(), readTo: 0 }
  const found = unreadOf.get(peerId) ?? made
  unreadOf.set(peerId, found)
  return found
}

function show(peerId: number): void {
  const { counted, since } = known(peerId)
  const count = openPeer.peek() === peerId ? 0 : counted + since.size
  unread.value = { ...unread.peek(), [peerId]: count }
}

/** Takes a message, which may be known already. */
function hear(peerId: number, message: Message, user?: User): void {
  const { id, from_user_id: from, content: text, create_time: at } = message
  const before = latest.peek()[peerId]
  const newest =
    before && before.id > id ? before : { id, text, mine: from !== peerId, at: Number(at) }
  latest.value = { ...latest.peek(), [peerId]: { ...newest, user: user ?? before?.user } }
  const state = known(peerId)
  if (from === peerId && id > state.countedTo && id > state.readTo) state.since.add(id)
  show(peerId)
}

/**
 * Takes what the server says of conversations, unless it was told of something newer since.
 * @param asker who had asked: another one's are not taken
 */
export function learnConversations(list: readonly Conversation[], asker: number | undefined): void {
  if (session.peek()?.userId !== asker) return
  beginAt(list[0]?.message.id ?? 0)
  batch(() => {
    for (const { user, message, ...told } of list) {
      hear(user.id, message, user)
      hearRead(user.id, told.peer_read_up_to)
      const state = known(user.id)
      if (message.id < state.countedTo) continue
      if (told.read_up_to < state.readTo) {
        // It has not heard of it yet, and may never have: the connection was gone.
        tell({ type: 'read', from_user_id: user.id, up_to_id: state.readTo })
        state.counted = 0
      } else {
        state.readTo = told.read_up_to
        state.counted = told.unread_count
        state.countedTo = message.id
        forgetSince(state, message.id)
      }
      show(user.id)
    }
  })
}

function forgetSince({ since }: Unread, upTo: number): void {
  for (const id of since) if (id <= upTo) since.delete(id)
}

function hearRead(peerId: number, upTo: number): void {
  const before = peerReads.peek()
  if (upTo > (before[peerId] ?? 0)) peerReads.value = { ...before, [peerId]: upTo }
}

/** Notes that one has read what somebody wrote, up to a message: here or on another device. */
export function readTo(peerId: number, upTo: number): void {
  const state = known(peerId)
  if (upTo <= state.readTo) return
  state.readTo = upTo
  forgetSince(state, upTo)
  if (upTo >= state.countedTo) state.counted = 0
  // How many of those that were counted come after it, only the server knows.
  else if (state.counted > 0) void ask()
  show(peerId)
}

/** Begins to talk with somebody, whose messages are read as they come. @returns what ends it */
export function talkWith(peerId: number): () => void {
  openPeer.value = peerId
  show(peerId)
  return () => {
    if (openPeer.peek() === peerId) openPeer.value = null
    show(peerId)
  }
}

/** Whose conversations are being asked for. */
let asking: number | undefined
/** Whether there may be more than what was asked for. */
let isDue = false

/** Asks for what came while one was away, or had no connection, or by somebody new. */
async function ask(): Promise<void> {
  isDue = true
  const asker = session.peek()?.userId
  if (asking === asker) return
  asking = asker
  while (isDue && session.peek()?.userId === asker) {
    isDue = false
    const page = await api.conversations({ cursor: undefined, limit: 50 }).catch(() => null)
    if (page) learnConversations(page.conversation_list, asker)
  }
  if (asking === asker) asking = undefined
}

// Of another person, nothing is known.
let viewer = session.peek()?.userId
effect(() => {
  const next = session.value?.userId
  if (next === viewer) return
  viewer = next
  latest.value = {}
  unread.value = {}
  unreadOf.clear()
  peerReads.value = {}
})

/** Keeps a connection for whoever is logged in, and counts what comes. */
export function hearMessages(): void {
  listen((frame) => {
    const me = session.peek()?.userId
    if (frame.type === 'ready') void ask()
    if (frame.type === 'error' && frame.client_id) toast(frame.status_msg)
    if (frame.type === 'read') {
      const { by_user_id: by, with_user_id: peerId, up_to_id: upTo } = frame
      if (by === me) readTo(peerId, upTo)
      else hearRead(by, upTo)
    }
    if (frame.type !== 'message' && frame.type !== 'ack') return
    const { from_user_id: from, to_user_id: to } = frame.message
    const peerId = from === me ? to : from
    hear(peerId, frame.message)
    if (!latest.peek()[peerId]?.user) void ask()
  })
  keepConnected()
  effect(() => {
    if (!session.value) return
    readBlocked().catch(() => {})
    void ask()
  })
}
