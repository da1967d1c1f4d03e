import type { Bus, BusEvent } from './bus.ts'

type Listener = (event: BusEvent) => void

/** A bus within one process: a set of listeners for each subscribed user. */
export function createLocalBus(): Bus {
  const listeners = new Map<number, Set<Listener>>()
  return {
    publish(userId, event) {
      for (const listener of listeners.get(userId) ?? []) listener(event)
    },
    subscribe(userId, listener) {
      // A function of its own, so that one listener can be subscribed twice.
      const own: Listener = (event) => listener(event)
      const all = listeners.get(userId) ?? new Set()
      listeners.set(userId, all.add(own))
      return () => {
        all.delete(own)
        if (all.size === 0 && listeners.get(userId) === all) listeners.delete(userId)
      }
    },
    async close() {
      listeners.clear()
    },
  }
}
