import { EventEmitter } from 'node:events'
import type { Bus, BusEvent } from './bus.ts'

/** A bus within one process. */
export function createLocalBus(): Bus {
  const events = new EventEmitter<Record<string, [BusEvent]>>().setMaxListeners(0)
  return {
    publish(userId, event) {
      events.emit(String(userId), event)
    },
    subscribe(userId, listener) {
      // A function of its own, so that one listener can be subscribed twice.
      const own = (event: BusEvent) => listener(event)
      events.on(String(userId), own)
      return () => events.off(String(userId), own)
    },
    async close() {
      events.removeAllListeners()
    },
  }
}
