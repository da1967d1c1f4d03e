import type { ServerWebSocket } from 'bun'

/** What is used of Bun's socket. */
export type Socket = Pick<
  ServerWebSocket<unknown>,
  'send' | 'cork' | 'close' | 'isPaused' | 'pause' | 'resume' | 'getBufferedAmount'
>

/** How much may wait for a slow client: in memory, or as messages that were not sent to it. */
export const maxBufferedBytes = 1 << 20

/** A full socket that takes nothing in this time is closed. Bun's `idleTimeout` stops with `pause`. */
const progressIntervalMs = 30_000

/** Messages of one socket that may be in the store's queue; beyond that nothing more is read. */
const maxSendsInFlight = 256

/**
 * A socket with flow control. While it is full (the client doesn't read) nothing more should be
 * sent and nothing is read, so a client that never reads costs the one frame that was too much.
 */
export class Transport {
  #socket: Socket | null = null
  /** Runs while the socket is full. */
  #progressTimer: Timer | null = null
  #skippedBytes = 0
  #bufferedBytes = 0
  #sendsInFlight = 0

  get isOpen(): boolean {
    return this.#socket !== null
  }

  get isFull(): boolean {
    return this.#progressTimer !== null
  }

  attach(socket: Socket): void {
    this.#socket = socket
  }

  send(text: string): void {
    // The bytes sent; -1: taken, but there is backpressure; 0: dropped.
    const status = this.#socket?.send(text)
    if (status === 0) this.close(1013, 'too slow')
    else if (status === -1 && !this.isFull) {
      this.#bufferedBytes = Number.POSITIVE_INFINITY
      this.#progressTimer = setInterval(() => this.checkProgress(), progressIntervalMs)
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
    this.#stopTimer()
    this.#pauseOrResume()
    return true
  }

  /** Closes if the client has taken nothing since the last check. */
  checkProgress(): void {
    const bufferedBytes = this.#socket?.getBufferedAmount() ?? 0
    if (bufferedBytes >= this.#bufferedBytes) this.close(1013, 'too slow')
    this.#bufferedBytes = bufferedBytes
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

  close(code: number, reason: string): void {
    const socket = this.#socket
    this.closed()
    socket?.close(code, reason)
  }

  /** The socket is closed. */
  closed(): void {
    this.#socket = null
    this.#stopTimer()
  }

  #stopTimer(): void {
    if (this.#progressTimer) clearInterval(this.#progressTimer)
    this.#progressTimer = null
  }

  /** Stops reading from a client that doesn't read, or that sends faster than the store writes. */
  #pauseOrResume(): void {
    const socket = this.#socket
    if (!socket) return
    const limit = socket.isPaused ? maxSendsInFlight / 2 : maxSendsInFlight
    const pause = this.isFull || this.#sendsInFlight >= limit
    if (pause === socket.isPaused) return
    if (pause) socket.pause()
    else socket.resume()
  }
}
