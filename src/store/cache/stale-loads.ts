/**
 * Keeps what a load brings out of a cache if it may be out of date: its key was announced as changed
 * while it was read. Loads that began after that are not concerned, whichever others still run.
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

/** Starts with no load. Announcements are numbered, and kept for as long as a load is older. */
export function createLoads<K>(): Loads<K> {
  /** The number of each key's last announcement, the lowest first. */
  const announced = new Map<K, number>()
  /** The loads under way by the number that was the last when they began, the oldest first. */
  const running = new Set<{ readonly since: number }>()
  let number = 0
  let allAnnounced = 0

  const forgetOld = () => {
    const [oldest] = running
    for (const [key, at] of announced) {
      if (oldest && at > oldest.since) return
      announced.delete(key)
    }
  }

  return {
    async run(load, keep) {
      const own = { since: number }
      running.add(own)
      try {
        const loaded = await load()
        keep(loaded, (key) => Math.max(allAnnounced, announced.get(key) ?? 0) <= own.since)
        return loaded
      } finally {
        running.delete(own)
        forgetOld()
      }
    },
    announce(key) {
      if (running.size === 0) return
      announced.delete(key)
      announced.set(key, ++number)
    },
    announceAll() {
      if (running.size > 0) allAnnounced = ++number
    },
  }
}
