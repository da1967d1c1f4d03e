/** How much each key (a user, an address) may still do. */
export interface Buckets<K> {
  /** Takes one; answers 0, or the ms until there is one again. */
  take(key: K): number
}

interface Bucket {
  left: number
  at: number
}

/** Keys that are known at once; of more, the one seen first starts anew with a full bucket. */
const most = 10_000

/**
 * A token bucket for each key: `rate` a second, `burst` seconds' worth at once. Holds some 100 bytes
 * for each of the last 10,000 keys.
 */
export function createBuckets<K>(
  rate: number,
  burst: number,
  now: () => number = () => performance.now(),
): Buckets<K> {
  const capacity = Math.max(1, rate * burst)
  const buckets = new Map<K, Bucket>()

  const bucketOf = (key: K, at: number): Bucket => {
    const known = buckets.get(key)
    if (known) {
      known.left = Math.min(capacity, known.left + ((at - known.at) * rate) / 1000)
      known.at = at
      return known
    }
    if (buckets.size >= most) buckets.delete(buckets.keys().next().value as K)
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
