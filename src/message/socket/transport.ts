/** What we use of Bun's ServerWebSocket. */
export interface Wire {
  readonly isPaused: boolean
  /** Bytes sent; -1: taken, but there is backpressure; 0: dropped. */
  send(text: string): number
  cork(write: () => void): unknown
  close(code: number, reason: string): void
  pause(): void
  resume(): void
  getBufferedAmount(): number
}

/** Bytes that may wait for a slow reader: in memory, or as messages that it has not been sent. */
export const backpressureLimit = 1 << 20

/** Messages of one socket that may be on their way to the disk; beyond it we stop reading. */
const mostInFlight = 256

/**
 * The connection of a device. While it is clogged nothing more should be sent and nothing is read,
 * so a client that never reads costs the one frame that was too much.
 */
export class Link {
  readonly #allClogged: Set<Link>
  #wire: Wire | null = null
  #isClogged = false
  #missed = 0
  #waiting = 0
  #inFlight = 0

  /** @param allClogged the links whose progress is to be checked */
  constructor(allClogged: Set<Link>) {
    this.#allClogged = allClogged
  }

  get isOpen(): boolean {
    return this.#wire !== null
  }

  get isClogged(): boolean {
    return this.#isClogged
  }

  attach(wire: Wire): void {
    this.#wire = wire
  }

  send(text: string): void {
    const status = this.#wire?.send(text)
    if (status === 0) this.close(1013, 'too slow')
    else if (status === -1 && !this.#isClogged) {
      this.#isClogged = true
      this.#waiting = Number.POSITIVE_INFINITY
      this.#allClogged.add(this)
      this.#regulate()
    }
  }

  /** Frames sent in `write` leave in one system call. */
  cork(write: () => void): void {
    this.#wire?.cork(write)
  }

  /** Notes a frame that there was no room for; too many of them close the link. */
  miss(text: string): void {
    this.#missed += Buffer.byteLength(text)
    if (this.#missed > backpressureLimit) this.close(1013, 'too slow')
  }

  /** Bun's word that something was taken; answers whether there is room again. */
  drained(): boolean {
    if (!this.#wire || this.#wire.getBufferedAmount() > 0) return false
    this.#isClogged = false
    this.#missed = 0
    this.#allClogged.delete(this)
    this.#regulate()
    return true
  }

  /** Closes if nothing was taken since the last check. */
  checkProgress(): void {
    const waiting = this.#wire?.getBufferedAmount() ?? 0
    if (waiting >= this.#waiting) this.close(1013, 'too slow')
    this.#waiting = waiting
  }

  /** Counts a message on its way to the disk until it is there. */
  async during<T>(sending: Promise<T>): Promise<T> {
    this.#inFlight++
    this.#regulate()
    try {
      return await sending
    } finally {
      this.#inFlight--
      this.#regulate()
    }
  }

  close(code: number, reason: string): void {
    const wire = this.#wire
    this.gone()
    wire?.close(code, reason)
  }

  /** The socket is closed. */
  gone(): void {
    this.#wire = null
    this.#allClogged.delete(this)
  }

  /** Reads no more from a client that doesn't read, or that sends faster than the disk takes it. */
  #regulate(): void {
    const wire = this.#wire
    if (!wire) return
    const most = wire.isPaused ? mostInFlight / 2 : mostInFlight
    const stop = this.#isClogged || this.#inFlight >= most
    if (stop === wire.isPaused) return
    if (stop) wire.pause()
    else wire.resume()
  }
}
