import type { ServerWebSocket } from 'bun'

/** What is used of Bun's socket. */
export type Socket = Pick<
  ServerWebSocket<unknown>,
  | 'send'
  | 'cork'
  | 'ping'
  | 'close'
  | 'terminate'
  | 'isPaused'
  | 'pause'
  | 'resume'
  | 'getBufferedAmount'
>

/** How much may wait for a slow client: in memory, or as messages that were not sent to it. */
export const maxBufferedBytes = 1 << 20

/**
 * A client that gives no sign of life for so long is pinged, and then given up. Bun's own `idleTimeout`
 * takes what is sent for a sign, and so never notices a phone that died while it was pushed to.
 */
const pingAfterMs = 25_000
const deadAfterMs = 55_000

/** How long a client has to take the close frame, behind all that waits, before its connection is cut. */
const farewellMs = 10_000

/**
 * Messages of one socket that may be in the store's queue, or stored with an ack that has to wait for
 * those before it; beyond that nothing more is read.
 */
const maxSendsInFlight = 256

/**
 * A socket with flow control. While it is full (the client doesn't read) nothing more should be
 * sent and nothing is read, so a client that never reads costs the one frame that was too much.
 */
export class Transport {
  #socket: Socket | null = null
  readonly #now: () => number
  #isFull = false
  #lastSignAt: number
  #isPinged = false
  #skippedBytes = 0
  #bufferedBytes = 0
  #sendsInFlight = 0
  #acksHeld = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#lastSignAt = now()
  }

  get isOpen(): boolean {
    return this.#socket !== null
  }

  get isFull(): boolean {
    return this.#isFull
  }

  attach(socket: Socket): void {
    this.#socket = socket
  }

  send(text: string): void {
    // The bytes sent; -1: taken, but there is backpressure; 0: dropped.
    const status = this.#socket?.send(text)
    if (status === 0) this.close(1013, 'too slow')
    else if (status === -1 && !this.isFull) {
      this.#isFull = true
      this.#pauseOrResume()
    }
  }

  /** Frames sent in `write` leave in one system call. */
  cork(write: () => void): void {
    this.#socket?.cork(write)
  }

  /** Counts a frame that was not sent because the socket is full; too many of them close it. */
  skip(text: string): void {
    this.#skippedBytes += Buffer.byteLength(text)
    if (this.#skippedBytes > maxBufferedBytes) this.close(1013, 'too slow')
  }

  /** To be called on Bun's `drain`; returns whether more can be sent again. */
  drained(): boolean {
    if (!this.#socket || this.#socket.getBufferedAmount() > 0) return false
    this.#skippedBytes = 0
    this.#isFull = false
    this.heard()
    this.#pauseOrResume()
    return true
  }

  /** A frame of the client came, a pong too: it is there. */
  heard(): void {
    this.#lastSignAt = this.#now()
    this.#isPinged = false
  }

  /**
   * Pings a client that has been silent, and gives up one that stays so. One that isn't read from
   * can't be heard: taking what waits for it is a sign too.
   */
  checkAlive(): void {
    const socket = this.#socket
    if (!socket) return
    const bufferedBytes = socket.getBufferedAmount()
    const isHeldUp = this.#sendsInFlight > 0 || (socket.isPaused && !this.isFull)
    if (bufferedBytes < this.#bufferedBytes || isHeldUp) this.heard()
    this.#bufferedBytes = bufferedBytes
    const silentMs = this.#now() - this.#lastSignAt
    if (silentMs >= deadAfterMs) {
      if (this.#isFull) this.close(1013, 'too slow')
      else socket.terminate()
    } else if (silentMs >= pingAfterMs && !this.#isPinged) {
      this.#isPinged = true
      socket.ping()
    }
  }

  /** Counts a message as in flight until the store has it. */
  async trackSend(sending: Promise<void>): Promise<void> {
    this.#sendsInFlight++
    this.#pauseOrResume()
    try {
      await sending
    } finally {
      this.#sendsInFlight--
      this.#pauseOrResume()
    }
  }

  /** Tells how many acks wait until the messages before theirs are sent. */
  holdAcks(count: number): void {
    this.#acksHeld = count
    this.#pauseOrResume()
  }

  close(code: number, reason: string): void {
    const socket = this.#socket
    if (!socket) return
    this.closed()
    socket.close(code, reason)
    // Whoever doesn't read will not take the close frame either.
    setTimeout(() => socket.terminate(), farewellMs).unref()
  }

  /** The socket is closed. */
  closed(): void {
    this.#socket = null
    this.#isFull = false
  }

  /**
   * Stops reading from a client that doesn't read, that sends faster than the store writes, or that
   * asks for old messages again and again while acks wait behind them.
   */
  #pauseOrResume(): void {
    const socket = this.#socket
    if (!socket) return
    const limit = socket.isPaused ? maxSendsInFlight / 2 : maxSendsInFlight
    const pause = this.isFull || this.#sendsInFlight + this.#acksHeld >= limit
    if (pause === socket.isPaused) return
    if (pause) socket.pause()
    else socket.resume()
  }
}
