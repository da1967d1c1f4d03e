/**
 * Port 3: events between the connections of one user, wherever they are held. Delivery is at most
 * once and carries no promise: what must not be lost is in the store, and `sync` heals the rest.
 */
export interface Bus {
  /** Hands an event to whoever listens for the user now. */
  publish(userId: number, event: BusEvent): void
  /** Listens until the answer is called. */
  subscribe(userId: number, listener: (event: BusEvent) => void): () => void
  close(): Promise<void>
}

/** A frame for the user's devices: JSON text, made once however many devices there are. */
export interface BusEvent {
  readonly frame: string
}
