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
      // Each subscription counts for itself, also one of a function that listens already.
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
