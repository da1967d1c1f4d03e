import type { MessageEvent } from '../../bus/bus.ts'
import type { Language } from '../../errors.ts'
import type { Log } from '../../http/server/log.ts'
import type { Messages, Sent } from '../../store/message.ts'
import { messageCard } from '../view.ts'
import { ackText, messageText, type ServerFrame, textOf } from './frames.ts'
import { Link, type Wire } from './transport.ts'

/** What a device works with. */
export interface Surroundings {
  readonly messages: Messages
  readonly log: Log
  /** Those whose connection takes no more for now. */
  readonly clogged: Set<Link>
}

/** Whose device it is, by which token, and how it wants to be spoken to. */
export interface Owner {
  readonly userId: number
  readonly token: string
  readonly language: Language
}

/** ms for a client's `sync` to come after `ready`, before messages are pushed without it. */
const hold = 500

/** Messages that are read from the store at once. */
const batchSize = 64

/**
 * `held`: it has said nothing yet, and a `sync` may come; `live`: it gets messages as they are
 * sent; `behind`: it reads from the store what it has not seen.
 */
type State = 'held' | 'live' | 'behind'

interface Outgoing {
  readonly id: number
  /** The cursor before this message. */
  readonly before: number
  readonly text: string
  readonly isAck: boolean
}

/**
 * One socket, and its place in the stream of its user's messages. All up to the cursor was sent; a
 * message is pushed only if it follows on that without a gap, and is read from the store otherwise.
 * So whatever the bus loses or repeats, each message comes once and in order.
 */
export class Device {
  readonly key: string
  readonly owner: Owner
  readonly link: Link
  /** Frames refused lately because too many came. */
  strikes = 0
  readonly #around: Surroundings
  #state: State = 'held'
  #opened = 0
  #timer: Timer | null = null
  #cursor: number
  #newest = 0
  /** Grows when the cursor is set back, so that a batch read before that is dropped. */
  #epoch = 0
  #syncs = 0
  #reading = false
  #outbox: Outgoing[] = []
  /** Acks of messages that the cursor has not come to, which will stand there for `message`. */
  #acks: Map<number, string> | null = null
  #typed = 0

  /** @param cursor the user's newest message at the handshake */
  constructor(key: string, owner: Owner, cursor: number, around: Surroundings) {
    this.key = key
    this.owner = owner
    this.link = new Link(around.clogged)
    this.#cursor = cursor
    this.#around = around
  }

  /** Says `ready`; then comes what was sent since the handshake, or all after `afterId`. */
  opened(wire: Wire, afterId: number | null): void {
    this.link.attach(wire)
    this.#opened = performance.now()
    this.write({ type: 'ready', user_id: this.owner.userId })
    this.#guard(afterId === null ? this.#lookAgain() : this.sync(afterId))
  }

  /** A frame came: the client knows what it wants, so nothing is held back from it any more. */
  heard(): void {
    if (this.#state !== 'held') return
    this.#state = this.#newest > this.#cursor ? 'behind' : 'live'
    this.#readOn()
  }

  /** Sends everything after a message, then `synced`. */
  async sync(afterId: number): Promise<void> {
    const newest = await this.#around.messages.newest(this.owner.userId)
    if (!this.link.isOpen) return
    this.#flush()
    this.#epoch++
    this.#syncs++
    // An id that doesn't exist yet must not hide the messages that will have smaller ones.
    this.#cursor = Math.min(afterId, newest)
    this.#newest = Math.max(this.#newest, newest)
    for (const [id, ack] of this.#acks ?? []) {
      if (id > this.#cursor) continue
      this.#acks?.delete(id)
      this.link.send(ack)
    }
    this.#state = 'behind'
    this.#readOn()
  }

  /** A message of the user is on disk; `text` is its frame. */
  arrived({ id, previous, by }: MessageEvent, text: string): void {
    if (by !== this.key) this.#take(id, previous, text, false)
  }

  /** A message that this device sent is on disk; `message` is its JSON. */
  stored(clientId: string, sent: Sent, message: string): void {
    const previous = sent.repeated ? Number.POSITIVE_INFINITY : sent.previous.ofSender
    this.#take(sent.message.id, previous, ackText(clientId, message), true)
  }

  /** Passes on something of the moment, unless the connection has no room for it. */
  signalled(text: string): void {
    if (!this.link.isClogged) this.link.send(text)
  }

  /** Sends a frame at once, beside the stream of messages. */
  write(frame: ServerFrame): void {
    this.link.send(textOf(frame))
  }

  /** Whether `interval` ms have passed since this device last said that it is writing. */
  maySayTyping(interval: number): boolean {
    const at = performance.now()
    if (this.#typed !== 0 && at - this.#typed < interval) return false
    this.#typed = at
    return true
  }

  /** The connection may have room again. */
  drained(): void {
    if (this.link.drained()) this.#readOn()
  }

  /** Forgets everything; the socket is closed. */
  gone(): void {
    this.link.gone()
    this.#outbox = []
    this.#acks = null
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** What came between the handshake and the opening of the socket was pushed to nobody. */
  async #lookAgain(): Promise<void> {
    const newest = await this.#around.messages.newest(this.owner.userId)
    if (newest <= this.#cursor) return
    this.#newest = Math.max(this.#newest, newest)
    this.#readOn()
  }

  #take(id: number, previous: number, text: string, isAck: boolean): void {
    if (!this.link.isOpen) return
    if (id <= this.#cursor) {
      // It came with a batch from the store; only its sender still has to hear that it is safe.
      if (isAck) this.link.send(text)
      return
    }
    if (this.#state === 'held' && performance.now() - this.#opened >= hold) this.heard()
    if (this.#state === 'live' && !this.link.isClogged && previous <= this.#cursor) {
      this.#queue({ id, before: this.#cursor, text, isAck })
      this.#cursor = id
      return
    }
    if (isAck) this.#later(id, text)
    if (this.link.isClogged) this.link.miss(text)
    this.#newest = Math.max(this.#newest, id)
    if (this.#state === 'live') this.#state = 'behind'
    this.#readOn()
  }

  /** The frames of one commit leave together: one system call for all of them. */
  #queue(one: Outgoing): void {
    if (this.#outbox.push(one) === 1) queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    const outbox = this.#outbox
    if (outbox.length === 0) return
    this.#outbox = []
    let sent = 0
    this.link.cork(() => {
      while (sent < outbox.length && !this.link.isClogged) this.link.send(outbox[sent++]!.text)
    })
    if (sent < outbox.length && this.link.isOpen) this.#takeBack(outbox.slice(sent))
  }

  /** What did not fit any more is read from the store once there is room. */
  #takeBack(rest: readonly Outgoing[]): void {
    this.#epoch++
    this.#cursor = rest[0]!.before
    this.#newest = Math.max(this.#newest, rest.at(-1)!.id)
    this.#state = 'behind'
    for (const { id, text, isAck } of rest) {
      if (isAck) this.#later(id, text)
      this.link.miss(text)
    }
  }

  #later(id: number, ack: string): void {
    this.#acks ??= new Map()
    this.#acks.set(id, ack)
  }

  #readOn(): void {
    if (!this.link.isOpen) return
    if (this.#state === 'held') {
      const left = hold - (performance.now() - this.#opened)
      this.#timer ??= setTimeout(() => this.heard(), Math.max(0, left))
    } else if (this.#state === 'behind' && !this.#reading) this.#guard(this.#read())
  }

  async #read(): Promise<void> {
    this.#reading = true
    try {
      while (this.#state === 'behind' && this.#hasRoom()) await this.#readBatch()
    } finally {
      this.#reading = false
    }
  }

  async #readBatch(): Promise<void> {
    const epoch = this.#epoch
    const page = { afterId: this.#cursor, limit: batchSize }
    const batch = await this.#around.messages.ofUser(this.owner.userId, page)
    if (epoch !== this.#epoch) return
    this.link.cork(() => {
      for (const message of batch) {
        if (!this.#hasRoom()) return
        this.#cursor = message.id
        const ack = this.#acks?.get(message.id)
        if (ack) this.#acks?.delete(message.id)
        this.link.send(ack ?? messageText(JSON.stringify(messageCard(message))))
      }
    })
    if (!this.#hasRoom()) return
    // Others have their turn before the next batch.
    if (batch.length === batchSize) return new Promise((resolve) => setImmediate(resolve))
    if (batch.length > 0 && this.#newest > this.#cursor) return
    this.#state = 'live'
    for (; this.#syncs > 0; this.#syncs--) this.write({ type: 'synced', last_id: this.#cursor })
  }

  #hasRoom(): boolean {
    return this.link.isOpen && !this.link.isClogged
  }

  #guard(work: Promise<void>): void {
    work.catch((error) => {
      this.#around.log.failure('chat', error)
      this.link.close(1011, 'internal error')
    })
  }
}
