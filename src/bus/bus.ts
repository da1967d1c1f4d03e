/**
 * Port 3: events between the connections of one user, wherever they are held. Delivery is at most
 * once and carries no promise: what must not be lost is in the store, and a connection notices what
 * it missed and reads it there.
 */
export interface Bus {
  /** Hands an event to whoever listens for the user now. */
  publish(userId: number, event: BusEvent): void
  /** Listens until the answer is called. */
  subscribe(userId: number, listener: (event: BusEvent) => void): () => void
  close(): Promise<void>
}

/** Plain data, since another engine sends it to other machines. */
export type BusEvent = MessageEvent | SignalEvent | SessionsEvent

/** A message is on disk. */
export interface MessageEvent {
  readonly type: 'message'
  readonly id: number
  /** The user's newest message before this one: who has not seen that has a gap. */
  readonly previous: number
  /** The message as the API shows it, JSON made once however many devices there are. */
  readonly message: string
  /** The device that sent it and knows already. */
  readonly by: string | null
}

/** Something of the moment, which nobody reads later. */
export interface SignalEvent {
  readonly type: 'signal'
  /** The frame as it is to be sent. */
  readonly frame: string
  readonly by: string | null
}

/** A session of the user began or ended: each connection is to see whether its own still holds. */
export interface SessionsEvent {
  readonly type: 'sessions'
}
