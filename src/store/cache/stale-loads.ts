/**
 * Keeps what a load brings out of a cache if it may be out of date: its key was announced as changed
 * while it was read. A key announced during a load stays suspect until no load runs any more.
 */
export interface Loads<K> {
  /** Reads, and hands the result to `keep` together with what tells whether a key is still true. */
  run<T>(
    load: () => T | Promise<T>,
    keep: (loaded: T, isFresh: (key: K) => boolean) => void,
  ): Promise<T>
  announce(key: K): void
  announceAll(): void
}

/** Starts with no load. */
export function createLoads<K>(): Loads<K> {
  const announced = new Set<K>()
  let allAnnounced = false
  let running = 0
  const isFresh = (key: K) => !allAnnounced && !announced.has(key)
  return {
    async run(load, keep) {
      running++
      try {
        const loaded = await load()
        keep(loaded, isFresh)
        return loaded
      } finally {
        if (--running === 0) {
          announced.clear()
          allAnnounced = false
        }
      }
    },
    announce(key) {
      if (running > 0) announced.add(key)
    },
    announceAll() {
      if (running > 0) allAnnounced = true
    },
  }
}
