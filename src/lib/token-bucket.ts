import { Lru } from './lru.ts'

/** A token bucket for each key, such as a user or an address. */
export type Buckets<K> = ReturnType<typeof createBuckets<K>>

/** Keys that are kept, some 100 bytes each; beyond that, those not seen lately start anew. */
const maxKeys = 10_000

/** Makes buckets that get `rate` tokens a second and hold `burst` seconds' worth. */
export function createBuckets<K>(
  rate: number,
  burst: number,
  now: () => number = () => performance.now(),
) {
  const capacity = Math.max(1, rate * burst)
  const buckets = new Lru<K, { left: number; at: number }>(maxKeys)
  return {
    /** Takes a token; returns 0, or the ms until there is one again. */
    take(key: K): number {
      const at = now()
      let bucket = buckets.get(key)
      if (!bucket) {
        bucket = { left: capacity, at }
        buckets.set(key, bucket)
      }
      bucket.left = Math.min(capacity, bucket.left + ((at - bucket.at) * rate) / 1000)
      bucket.at = at
      if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * 1000) / rate)
      bucket.left--
      return 0
    },
  }
}
