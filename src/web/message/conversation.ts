import { api, type Message } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { type Signal, signal } from '../lib/signals.ts'
import { readTo, talkWith } from './inbox-state.ts'
import { drop, listen, post, sawMessages, tell, type Unsent, unsentTo } from './socket.ts'

/** A message as it is shown; one on its way has no id yet. */
export interface Line {
  readonly key: string
  readonly id: number | null
  readonly mine: boolean
  readonly text: string
  /** Unix ms. */
  readonly at: number
  readonly failed: boolean
}

export interface Conversation {
  readonly lines: Signal<readonly Line[]>
  readonly loading: Signal<boolean>
  readonly error: Signal<unknown>
  /** Whether the other one is writing. */
  readonly typing: Signal<boolean>
  load(): Promise<void>
  send(text: string): void
  retry(line: Line): void
  /** Tells the other one that something is being written, now and then. */
  wrote(): void
  close(): void
}

const typingShownMs = 4000
const typingToldMs = 2000

/** Follows the conversation with somebody, live. */
export function openConversation(peerId: number): Conversation {
  const me = session.peek()?.userId ?? 0
  const lines = signal<readonly Line[]>(unsentTo(peerId).map(unsentLine))
  const [loading, error] = [signal(true), signal<unknown>(null)]
  const typing = signal(false)
  let typingTimer: ReturnType<typeof setTimeout> | undefined
  let toldAt = 0

  const lineOf = (message: Message): Line => ({
    key: `m${message.id}`,
    id: message.id,
    mine: message.from_user_id === me,
    text: message.content,
    at: Number(message.create_time),
    failed: false,
  })
  const add = (messages: readonly Message[], replaces?: string) => {
    const known = new Set(lines.peek().map(({ id }) => id))
    const fresh = messages.filter(({ id }) => !known.has(id)).map(lineOf)
    const kept = lines.peek().filter(({ key }) => key !== replaces)
    // What is on its way stands last: it will have the highest ids.
    const sorted = [...kept, ...fresh].toSorted(
      (a, b) => (a.id ?? Number.MAX_SAFE_INTEGER) - (b.id ?? Number.MAX_SAFE_INTEGER),
    )
    lines.value = sorted
    markRead()
  }
  const markRead = () => {
    const newest = lines.peek().findLast(({ mine, id }) => !mine && id !== null)?.id
    if (newest && !document.hidden) {
      readTo(peerId, newest)
      tell({ type: 'read', from_user_id: peerId, up_to_id: newest })
    }
  }
  const concerns = ({ from_user_id: from, to_user_id: to }: Message) =>
    (from === me && to === peerId) || (from === peerId && to === me)

  const stop = listen((frame) => {
    if (frame.type === 'message' && concerns(frame.message)) {
      if (frame.message.from_user_id === peerId) typing.value = false
      add([frame.message])
    } else if (frame.type === 'ack' && concerns(frame.message)) {
      add([frame.message], frame.client_id)
    } else if (frame.type === 'typing' && frame.from_user_id === peerId) {
      typing.value = true
      clearTimeout(typingTimer)
      typingTimer = setTimeout(() => {
        typing.value = false
      }, typingShownMs)
    } else if (frame.type === 'error' && lines.peek().some(({ key }) => key === frame.client_id)) {
      lines.value = lines
        .peek()
        .map((line) => (line.key === frame.client_id ? { ...line, failed: true } : line))
    } else if (frame.type === 'synced') markRead()
  })
  document.addEventListener('visibilitychange', markRead)
  const leave = talkWith(peerId)

  const submit = (text: string) => {
    const key = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
    const sent = post({ type: 'send', to_user_id: peerId, content: text, client_id: key })
    lines.value = [...lines.peek(), unsentLine(sent)]
  }
  return {
    lines,
    loading,
    error,
    typing,
    async load() {
      loading.value = true
      error.value = null
      try {
        const { message_list: messages } = await api.chat({
          to_user_id: peerId,
          pre_msg_time: undefined,
        })
        if (session.peek()?.userId !== me) return
        sawMessages(messages)
        add(messages)
      } catch (problem) {
        error.value = problem
      } finally {
        loading.value = false
      }
    },
    send: submit,
    retry(line) {
      drop(line.key)
      lines.value = lines.peek().filter((one) => one !== line)
      submit(line.text)
    },
    wrote() {
      if (Date.now() - toldAt < typingToldMs) return
      toldAt = Date.now()
      tell({ type: 'typing', to_user_id: peerId })
    },
    close() {
      stop()
      clearTimeout(typingTimer)
      document.removeEventListener('visibilitychange', markRead)
      leave()
    },
  }
}

const unsentLine = ({ frame, at, failed }: Unsent): Line => ({
  ...{ key: frame.client_id, id: null, mine: true, text: frame.content, at, failed },
})
