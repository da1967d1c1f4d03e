/**
 * What has ended lately, by key, for whoever asks from time to time.
 * @param capacity keys kept at most
 */
export function createEnded(capacity: number) {
  /** Grows by one with each key. */
  let version = 0
  let keys: string[] = []
  return {
    add(key: string): void {
      version++
      if (keys.push(key) > capacity) keys = keys.slice(-Math.ceil(capacity / 2))
    },
    /** Any may have ended. */
    addAll(): void {
      version++
      keys = []
    },
    /** The keys that came after a version; null if that isn't known any more, or any may have. */
    since(earlier: number): { version: number; hashes: readonly string[] | null } {
      const count = version - earlier
      return { version, hashes: count > keys.length ? null : keys.slice(keys.length - count) }
    },
  }
}
