import type { Bus, BusEvent } from './bus.ts'

type Listener = (event: BusEvent) => void

/** A bus within one process: a set of listeners for each user who has any. */
export function createLocalBus(): Bus {
  const listeners = new Map<number, Set<Listener>>()
  return {
    publish(userId, event) {
      for (const listener of listeners.get(userId) ?? []) listener(event)
    },
    subscribe(userId, listener) {
      const own = listeners.get(userId) ?? new Set()
      listeners.set(userId, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0 && listeners.get(userId) === own) listeners.delete(userId)
      }
    },
    async close() {
      listeners.clear()
    },
  }
}
