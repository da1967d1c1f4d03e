/** How much each user may send. */
export interface Limiter {
  /** Takes one; answers 0, or the ms until there is one again. */
  take(userId: number): number
}

interface Bucket {
  left: number
  at: number
}

/** Seconds' worth of messages that may come at once. */
const burst = 10

/** Buckets that are kept before the full ones, which say no more than an absent one, are dropped. */
const most = 10_000

/** A token bucket for each user: `rate` a second, ten seconds' worth at once. */
export function createLimiter(rate: number, now: () => number = () => performance.now()): Limiter {
  const capacity = rate * burst
  const buckets = new Map<number, Bucket>()
  let swept = 0

  const refill = (bucket: Bucket, at: number) => {
    bucket.left = Math.min(capacity, bucket.left + ((at - bucket.at) * rate) / 1000)
    bucket.at = at
  }

  /** At most once in the time in which a bucket fills, so that no caller pays for it often. */
  const sweep = (at: number) => {
    if (buckets.size < most || at - swept < burst * 1000) return
    swept = at
    for (const [userId, bucket] of buckets) {
      refill(bucket, at)
      if (bucket.left === capacity) buckets.delete(userId)
    }
  }

  return {
    take(userId) {
      const at = now()
      sweep(at)
      let bucket = buckets.get(userId)
      if (!bucket) {
        bucket = { left: capacity, at }
        buckets.set(userId, bucket)
      } else refill(bucket, at)
      if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * 1000) / rate)
      bucket.left--
      return 0
    },
  }
}
