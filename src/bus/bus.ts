/**
 * Port 3: events between the connections of one user, in whichever process they are. Delivery is at
 * most once and nothing is guaranteed: what must not be lost is in the store, where a connection
 * that notices a gap reads it.
 */
export interface Bus {
  /**
   * Hands an event to all who are subscribed to the user now. Most are published to nobody.
   * @param make called once, and not at all where it is known that nobody is subscribed
   */
  publish(userId: number, make: () => BusEvent): void
  /** @returns a function that ends the subscription */
  subscribe(userId: number, listener: (event: BusEvent) => void): () => void
  close(): Promise<void>
}

/** Plain data, since another engine sends it to other machines. */
export type BusEvent =
  | MessageEvent
  | {
      /** A frame beside the messages: `typing`, `read`. */
      readonly type: 'signal'
      /** Whether what it says is also in the store, where whoever misses it finds it. */
      readonly isStored: boolean
      /** The text to send. */
      readonly frame: string
      /** The key of the connection that caused it, which doesn't get it. */
      readonly by: string | null
    }
  /** Sessions of the user changed: each connection must check whether its own is still valid. */
  | { readonly type: 'sessions' }

/** A message was stored. */
export interface MessageEvent {
  readonly type: 'message'
  readonly id: number
  /** The user's newest message before this one: a connection that hasn't sent that has a gap. */
  readonly previous: number
  /** The message as the API shows it: JSON, made once for all connections. */
  readonly message: string
  /** The key of the connection that sent it, which gets an ack instead; null over HTTP. */
  readonly by: string | null
}
