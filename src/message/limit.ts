import { type Buckets, createBuckets } from '../lib/token-bucket.ts'

/** How much each user may send. */
export type Limiter = Buckets<number>

/** Seconds' worth of messages that may come at once. */
const burst = 10

/** A token bucket for each user: `rate` a second, ten seconds' worth at once. */
export const createLimiter = (rate: number, now?: () => number): Limiter =>
  createBuckets(rate, burst, now)
