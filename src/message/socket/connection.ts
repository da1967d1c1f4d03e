import type { MessageEvent } from '../../bus/bus.ts'
import type { Language } from '../../errors.ts'
import type { Log } from '../../http/server/log.ts'
import type { Messages, Sent } from '../../store/message.ts'
import { messageView } from '../view.ts'
import { ackText, frameText, messageText, type ServerFrame } from './frames.ts'
import { type Socket, Transport } from './transport.ts'

interface Services {
  readonly messages: Messages
  readonly log: Log
  /** The transports that are full: see Transport. */
  readonly allFull: Set<Transport>
}

/** Whose connection it is, by which token, and in which language errors are told. */
interface Owner {
  readonly userId: number
  readonly token: string
  readonly language: Language
}

/** How long a client has to send `sync` after `ready` before messages are pushed without it. */
const syncGraceMs = 500

/** Messages that are read from the store at once. */
const batchSize = 64

/**
 * `waiting`: no frame came yet, and it may be a `sync`; `live`: messages are pushed as they are
 * sent; `behind`: messages are read from the store up to the newest.
 */
type State = 'waiting' | 'live' | 'behind'

interface OutboxEntry {
  readonly id: number
  /** The cursor before this message. */
  readonly before: number
  readonly text: string
  readonly isAck: boolean
}

/**
 * One socket, and its place in the stream of its user's messages. All up to the cursor was sent; a
 * message is pushed only if it follows on that without a gap, and is read from the store otherwise.
 * So whatever the bus loses or repeats, each message is sent once and in order.
 */
export class Connection {
  readonly key: string
  readonly owner: Owner
  readonly transport: Transport
  /** Frames refused lately because too many came. */
  excessFrames = 0
  readonly #services: Services
  #state: State = 'waiting'
  #openedAt = 0
  #timer: Timer | null = null
  #cursor: number
  /** The newest message that is known of. */
  #newest = 0
  /** Grows when the cursor is set back, so that a batch read before that is dropped. */
  #epoch = 0
  #pendingSyncs = 0
  #isReading = false
  #outbox: OutboxEntry[] = []
  /** Acks by id for messages beyond the cursor, to be sent in place of `message`. */
  #acks: Map<number, string> | null = null
  #lastTypingAt: number | null = null

  /** @param cursor the user's newest message at the handshake */
  constructor(key: string, owner: Owner, cursor: number, services: Services) {
    this.key = key
    this.owner = owner
    this.transport = new Transport(services.allFull)
    this.#cursor = cursor
    this.#services = services
  }

  /** Sends `ready`, then what was sent since the handshake, or everything after `afterId`. */
  opened(socket: Socket, afterId: number | null): void {
    this.transport.attach(socket)
    this.#openedAt = performance.now()
    this.send({ type: 'ready', user_id: this.owner.userId })
    this.#closeOnError(afterId === null ? this.#catchUp() : this.sync(afterId))
  }

  /** A frame other than `sync` came, so there is no more waiting for one. */
  stopWaiting(): void {
    if (this.#state !== 'waiting') return
    this.#state = this.#newest > this.#cursor ? 'behind' : 'live'
    this.#continue()
  }

  /** Sends everything after a message, then `synced`. */
  async sync(afterId: number): Promise<void> {
    const newest = await this.#services.messages.newest(this.owner.userId)
    if (!this.transport.isOpen) return
    this.#flush()
    this.#epoch++
    this.#pendingSyncs++
    // An id that doesn't exist yet must not hide the messages that will have smaller ones.
    this.#cursor = Math.min(afterId, newest)
    this.#newest = Math.max(this.#newest, newest)
    for (const [id, ack] of this.#acks ?? []) {
      if (id > this.#cursor) continue
      this.#acks?.delete(id)
      this.transport.send(ack)
    }
    this.#state = 'behind'
    this.#continue()
  }

  /** A message of the user was stored, sent on another connection; `text` is its frame. */
  deliver({ id, previous }: MessageEvent, text: string): void {
    this.#push(id, previous, text, false)
  }

  /** A message sent on this connection was stored; `message` is its JSON. */
  acknowledge(clientId: string, sent: Sent, message: string): void {
    const previous = sent.repeated ? Number.POSITIVE_INFINITY : sent.previous.ofSender
    this.#push(sent.message.id, previous, ackText(clientId, message), true)
  }

  /** Sends a frame that is of no use later, unless the transport is full. */
  signal(text: string): void {
    if (!this.transport.isFull) this.transport.send(text)
  }

  /** Sends a frame at once, beside the stream of messages. */
  send(frame: ServerFrame): void {
    this.transport.send(frameText(frame))
  }

  /** Whether `intervalMs` have passed since this last returned true. */
  maySendTyping(intervalMs: number): boolean {
    const now = performance.now()
    if (this.#lastTypingAt !== null && now - this.#lastTypingAt < intervalMs) return false
    this.#lastTypingAt = now
    return true
  }

  /** To be called on Bun's `drain`. */
  drained(): void {
    if (this.transport.drained()) this.#continue()
  }

  /** The socket is closed: nothing is kept. */
  closed(): void {
    this.transport.closed()
    this.#outbox = []
    this.#acks = null
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** Messages stored between the handshake and the opening of the socket were pushed to nobody. */
  async #catchUp(): Promise<void> {
    const newest = await this.#services.messages.newest(this.owner.userId)
    if (newest <= this.#cursor) return
    this.#newest = Math.max(this.#newest, newest)
    this.#continue()
  }

  /** @param previous the user's newest message before this one */
  #push(id: number, previous: number, text: string, isAck: boolean): void {
    if (!this.transport.isOpen) return
    if (id <= this.#cursor) {
      // It was sent with a batch from the store; only its sender still needs the ack.
      if (isAck) this.transport.send(text)
      return
    }
    const waited = performance.now() - this.#openedAt
    if (this.#state === 'waiting' && waited >= syncGraceMs) this.stopWaiting()
    if (this.#state === 'live' && !this.transport.isFull && previous <= this.#cursor) {
      this.#enqueue({ id, before: this.#cursor, text, isAck })
      this.#cursor = id
      return
    }
    if (isAck) this.#keepAck(id, text)
    if (this.transport.isFull) this.transport.skip(text)
    this.#newest = Math.max(this.#newest, id)
    if (this.#state === 'live') this.#state = 'behind'
    this.#continue()
  }

  /** The frames of one commit leave together: one system call for all of them. */
  #enqueue(entry: OutboxEntry): void {
    if (this.#outbox.push(entry) === 1) queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    const outbox = this.#outbox
    if (outbox.length === 0) return
    this.#outbox = []
    let sent = 0
    this.transport.cork(() => {
      while (sent < outbox.length && !this.transport.isFull) {
        // biome-ignore lint/style/noNonNullAssertion: `sent` is below its length
        this.transport.send(outbox[sent++]!.text)
      }
    })
    if (sent < outbox.length && this.transport.isOpen) this.#unsend(outbox.slice(sent))
  }

  /** What didn't fit is read from the store once there is room. */
  #unsend(rest: readonly OutboxEntry[]): void {
    const [first] = rest
    const last = rest.at(-1)
    if (!first || !last) return
    this.#epoch++
    this.#cursor = first.before
    this.#newest = Math.max(this.#newest, last.id)
    this.#state = 'behind'
    for (const { id, text, isAck } of rest) {
      if (isAck) this.#keepAck(id, text)
      this.transport.skip(text)
    }
  }

  #keepAck(id: number, ack: string): void {
    this.#acks ??= new Map()
    this.#acks.set(id, ack)
  }

  /** Goes on reading from the store, or waits for a `sync`, as the state has it. */
  #continue(): void {
    if (!this.transport.isOpen) return
    if (this.#state === 'waiting') {
      const leftMs = syncGraceMs - (performance.now() - this.#openedAt)
      this.#timer ??= setTimeout(() => this.stopWaiting(), Math.max(0, leftMs))
    } else if (this.#state === 'behind' && !this.#isReading) this.#closeOnError(this.#read())
  }

  async #read(): Promise<void> {
    this.#isReading = true
    try {
      while (this.#state === 'behind' && this.#canSend()) await this.#readBatch()
    } finally {
      this.#isReading = false
    }
  }

  async #readBatch(): Promise<void> {
    const epoch = this.#epoch
    const page = { afterId: this.#cursor, limit: batchSize }
    const batch = await this.#services.messages.ofUser(this.owner.userId, page)
    if (epoch !== this.#epoch) return
    this.transport.cork(() => {
      for (const message of batch) {
        if (!this.#canSend()) return
        this.#cursor = message.id
        const ack = this.#acks?.get(message.id)
        if (ack) this.#acks?.delete(message.id)
        this.transport.send(ack ?? messageText(JSON.stringify(messageView(message))))
      }
    })
    if (!this.#canSend()) return
    // Other work has its turn before the next batch.
    if (batch.length === batchSize) return new Promise((resolve) => setImmediate(resolve))
    if (batch.length > 0 && this.#newest > this.#cursor) return
    this.#state = 'live'
    for (; this.#pendingSyncs > 0; this.#pendingSyncs--) {
      this.send({ type: 'synced', last_id: this.#cursor })
    }
  }

  #canSend(): boolean {
    return this.transport.isOpen && !this.transport.isFull
  }

  #closeOnError(work: Promise<void>): void {
    work.catch((error) => {
      this.#services.log.failure('chat', error)
      this.transport.close(1011, 'internal error')
    })
  }
}
