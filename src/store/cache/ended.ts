/**
 * Which sessions have ended lately, by their hashes, for whoever asks from time to time.
 * @param capacity hashes kept at most
 */
export function createEnded(capacity: number) {
  /** Grows by one with each hash. */
  let version = 0
  let hashes: string[] = []
  return {
    add(hash: string): void {
      version++
      if (hashes.push(hash) > capacity) hashes = hashes.slice(-Math.ceil(capacity / 2))
    },
    /** Any may have ended. */
    addAll(): void {
      version++
      hashes = []
    },
    /** Those that came after a version; null if that isn't known any more, or any may have. */
    since(earlier: number): { version: number; hashes: readonly string[] | null } {
      const count = version - earlier
      return { version, hashes: count > hashes.length ? null : hashes.slice(hashes.length - count) }
    },
  }
}
