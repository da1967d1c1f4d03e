import { nanoid } from 'nanoid'
import type { MessageEvent } from '../../bus/bus.ts'
import type { Language } from '../../errors.ts'
import type { Log } from '../../http/server/log.ts'
import type { Turn } from '../../lib/turns/turns.ts'
import type { Messages, Sent } from '../../store/message.ts'
import { messageView } from '../view.ts'
import { ackText, frameText, messageText, readText, type ServerFrame } from './frames.ts'
import { type Socket, Transport } from './transport.ts'

/** Whose connection it is, by which token, and in which language errors are told. */
interface Owner {
  readonly userId: number
  readonly token: string
  /** The hash of the token. */
  readonly session: string
  readonly language: Language
}

/** One `typing` of a connection is passed on in this time; more would say nothing new. */
const typingIntervalMs = 500

/** How long a client has to send `sync` after `ready` before messages are pushed without it. */
const syncGraceMs = 500

/** Messages that are read from the store at once. */
const batchSize = 64

/**
 * One socket, and its place in the stream of its user's messages. All up to the cursor was sent; a
 * message is pushed only if it follows on that without a gap, and is read from the store otherwise.
 * So whatever the bus loses or repeats, each message is sent once and in order.
 */
export class Connection {
  /** Unique among the connections of all processes. */
  readonly key = nanoid()
  readonly owner: Owner
  readonly transport = new Transport()
  /** Frames refused lately because too many came. */
  excessFrames = 0
  readonly #messages: Messages
  readonly #log: Log
  readonly #turn: Turn
  readonly #afterId: number | null
  /**
   * `waiting`: no frame came yet, and it may be a `sync`; `live`: messages are pushed as they are
   * sent; `behind`: messages are read from the store up to the newest.
   */
  #state: 'waiting' | 'live' | 'behind' = 'waiting'
  #timer: Timer | undefined
  #cursor: number
  /** Whether a message came that was not pushed, so that reading isn't over. */
  #hasMore = false
  /** Grows when the cursor is set back, so that a batch read before that is dropped. */
  #epoch = 0
  #pendingSyncs = 0
  /** How far conversations are read is still to be sent, of peers after this one; null: it is known. */
  #readsAfterId: number | null = null
  #isReading = false
  /** Acks by id for messages beyond the cursor, to be sent in place of `message`. */
  readonly #acks = new Map<number, string>()
  #lastTypingAt = Number.NEGATIVE_INFINITY

  /**
   * @param cursor the user's newest message at the handshake
   * @param afterId where the stream is to start, if the client said so in the handshake
   */
  constructor(
    { messages, log, turn }: { messages: Messages; log: Log; turn: Turn },
    owner: Owner,
    cursor: number,
    afterId: number | null,
  ) {
    this.owner = owner
    this.#messages = messages
    this.#log = log
    this.#turn = turn
    this.#cursor = cursor
    this.#afterId = afterId
  }

  /** Sends `ready`, then what was sent since the handshake, or everything after `afterId`. */
  opened(socket: Socket): void {
    this.transport.attach(socket)
    this.send({ type: 'ready', user_id: this.owner.userId })
    if (this.#afterId !== null) this.#closeOnError(this.sync(this.#afterId))
    else this.#timer = setTimeout(() => this.stopWaiting(), syncGraceMs)
  }

  /**
   * No `sync` came, or another frame. Messages stored between the handshake and the opening of the
   * socket were pushed to nobody, so the stream begins with reading.
   */
  stopWaiting(): void {
    if (this.#state === 'waiting') this.#fallBehind()
  }

  /** Sends everything after a message, then `synced`. */
  async sync(afterId: number): Promise<void> {
    const newest = await this.#messages.newest(this.owner.userId)
    if (!this.transport.isOpen) return
    this.#epoch++
    this.#pendingSyncs++
    this.#readsAfterId = 0
    // An id that doesn't exist yet must not hide the messages that will have smaller ones.
    this.#cursor = Math.min(afterId, newest)
    for (const [id, ack] of this.#acks) {
      if (id > this.#cursor) continue
      this.#acks.delete(id)
      this.transport.send(ack)
    }
    this.transport.holdAcks(this.#acks.size)
    this.#fallBehind()
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

  /**
   * Sends a frame beside the stream of messages, unless the transport is full: what it said is then of
   * no use any more, or is read from the store later.
   */
  signal(text: string, isStored: boolean): void {
    if (!this.transport.isFull) this.transport.send(text)
    else if (isStored) {
      this.#readsAfterId = 0
      if (this.#state === 'live') this.#state = 'behind'
    }
  }

  /** Sends a frame at once, beside the stream of messages. */
  send(frame: ServerFrame): void {
    this.transport.send(frameText(frame))
  }

  /** Whether enough time has passed since this last returned true. */
  maySendTyping(): boolean {
    const now = performance.now()
    if (now - this.#lastTypingAt < typingIntervalMs) return false
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
    this.#acks.clear()
    clearTimeout(this.#timer)
  }

  /** @param previous the user's newest message before this one */
  #push(id: number, previous: number, text: string, isAck: boolean): void {
    if (!this.transport.isOpen) return
    if (id <= this.#cursor) {
      // It was sent with a batch from the store; only its sender still needs the ack.
      if (isAck) this.transport.send(text)
      return
    }
    const { isFull } = this.transport
    if (this.#state === 'live' && !isFull && previous <= this.#cursor) {
      this.#cursor = id
      this.transport.send(text)
      return
    }
    if (isAck) {
      this.#acks.set(id, text)
      this.transport.holdAcks(this.#acks.size)
    }
    if (isFull) this.transport.skip(text)
    this.#hasMore = true
    if (this.#state === 'live') this.#fallBehind()
  }

  #fallBehind(): void {
    this.#state = 'behind'
    this.#continue()
  }

  /** Goes on reading from the store, if the state has it so. */
  #continue(): void {
    if (!this.#isReading) this.#closeOnError(this.#read())
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
    this.#hasMore = false
    const batch = await this.#messages.ofUser(this.owner.userId, page)
    if (epoch !== this.#epoch) return
    this.transport.cork(() => {
      for (const message of batch) {
        if (!this.#canSend()) return
        this.#cursor = message.id
        const ack = this.#acks.get(message.id)
        this.#acks.delete(message.id)
        this.transport.send(ack ?? messageText(JSON.stringify(messageView(message))))
      }
    })
    this.transport.holdAcks(this.#acks.size)
    if (!this.#canSend()) return
    // Other work has its turn before the next batch.
    if (batch.length === batchSize) return this.#turn(this.owner.userId)
    if (this.#hasMore) return
    if (this.#readsAfterId !== null) return this.#sendReads(this.#readsAfterId)
    this.#state = 'live'
    this.#sendAcksLeft()
    for (; this.#pendingSyncs > 0; this.#pendingSyncs--) {
      this.send({ type: 'synced', last_id: this.#cursor })
    }
  }

  /** Their messages are stored no longer, as those of a user who was removed: no batch has them. */
  #sendAcksLeft(): void {
    for (const ack of this.#acks.values()) this.transport.send(ack)
    this.#acks.clear()
    this.transport.holdAcks(0)
  }

  /** Sends how far the conversations are read whose peers come after one, in the order of their ids. */
  async #sendReads(afterPeerId: number): Promise<void> {
    const epoch = this.#epoch
    const { userId } = this.owner
    const page = { afterPeerId, limit: batchSize }
    const places = await this.#messages.readPlaces(userId, page)
    // Begun anew meanwhile, by another sync or since a frame was missed.
    if (epoch !== this.#epoch || this.#readsAfterId !== afterPeerId) return
    this.transport.cork(() => {
      for (const { peerId, ownReadId, peerReadId } of places) {
        if (!this.#canSend()) return
        this.#readsAfterId = peerId
        if (peerReadId > 0) this.transport.send(readText(peerId, userId, peerReadId))
        if (ownReadId > 0) this.transport.send(readText(userId, peerId, ownReadId))
      }
    })
    if (!this.#canSend()) return
    if (places.length === batchSize) return this.#turn(userId)
    this.#readsAfterId = null
  }

  #canSend(): boolean {
    return this.transport.isOpen && !this.transport.isFull
  }

  #closeOnError(work: Promise<void>): void {
    work.catch((error) => {
      this.#log.failure('chat', error)
      this.transport.close(1011, 'internal error')
    })
  }
}
