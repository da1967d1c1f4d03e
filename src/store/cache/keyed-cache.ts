import type { Awaitable } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import { createLoads } from './stale-loads.ts'

/**
 * Values by key, read when they are first asked for; null is not remembered.
 * @param capacity values kept at most
 */
export function createKeyedCache<K, V>(capacity: number, load: (key: K) => Awaitable<V>) {
  const kept = new Lru<K, V>(capacity)
  const loads = createLoads<K>()
  const loadOne = (key: K) =>
    loads.run(
      () => load(key),
      (value, isFresh) => {
        if (isFresh(key) && value !== null) kept.set(key, value)
      },
    )
  return {
    get: (key: K) => kept.get(key) ?? loadOne(key),
    /** The value if it is in memory. */
    known: (key: K) => kept.get(key),
    /** Takes a value that was committed just now. */
    set(key: K, value: V) {
      loads.announce(key)
      kept.set(key, value)
    },
    forget(key: K) {
      loads.announce(key)
      kept.delete(key)
    },
    clear() {
      loads.announceAll()
      kept.clear()
    },
  }
}
