import { tooManyRequests } from '../errors.ts'

/** How much of something each key does at once; keys that do nothing take no memory. */
export interface ConcurrencyLimit {
  /** Does some work of the key. @throws AppError too_many_requests, if it does too much already */
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

/** ms after which a key may try again. */
const retryAfterMs = 1000

/** At most `limit` at once for each key. */
export function createConcurrencyLimit(limit: number): ConcurrencyLimit {
  const running = new Map<string, number>()
  return {
    async run(key, work) {
      const count = running.get(key) ?? 0
      if (count >= limit) throw tooManyRequests(retryAfterMs)
      running.set(key, count + 1)
      try {
        return await work()
      } finally {
        const left = (running.get(key) ?? 1) - 1
        if (left === 0) running.delete(key)
        else running.set(key, left)
      }
    },
  }
}
