import { Lru } from './lru.ts'

/** A token bucket for each key (a user, an address). */
export interface Buckets<K> {
  /** Takes a token; returns 0, or the ms until there is one again. */
  take(key: K): number
}

interface Bucket {
  left: number
  at: number
}

/** Keys that are kept, some 100 bytes each; beyond that, those not seen lately start anew. */
const maxKeys = 10_000

/** A token bucket for each key: `rate` a second, `burst` seconds' worth at once. */
export function createBuckets<K>(
  rate: number,
  burst: number,
  now: () => number = () => performance.now(),
): Buckets<K> {
  const capacity = Math.max(1, rate * burst)
  const buckets = new Lru<K, Bucket>(maxKeys)

  const bucketOf = (key: K, at: number): Bucket => {
    const known = buckets.get(key)
    if (known) {
      known.left = Math.min(capacity, known.left + ((at - known.at) * rate) / 1000)
      known.at = at
      return known
    }
    const fresh = { left: capacity, at }
    buckets.set(key, fresh)
    return fresh
  }

  return {
    take(key) {
      const bucket = bucketOf(key, now())
      if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * 1000) / rate)
      bucket.left--
      return 0
    },
  }
}
