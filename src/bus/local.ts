import type { Bus, BusEvent } from './bus.ts'

/** A bus within one process. */
export function createLocalBus(): Bus {
  const listeners = new Map<number, Set<(event: BusEvent) => void>>()
  return {
    publish(userId, make) {
      const own = listeners.get(userId)
      if (!own) return
      const event = make()
      // Copied, since whoever is called may end or begin subscriptions.
      for (const listener of [...own]) listener(event)
    },
    subscribe(userId, listener) {
      const own = listeners.get(userId) ?? new Set()
      listeners.set(userId, own)
      // A function of its own, so that one listener can be subscribed twice.
      const hear = (event: BusEvent) => listener(event)
      own.add(hear)
      return () => {
        own.delete(hear)
        if (own.size === 0 && listeners.get(userId) === own) listeners.delete(userId)
      }
    },
    async close() {
      listeners.clear()
    },
  }
}
