import { tooManyRequests } from '../../errors.ts'

/** ms after which a key may try again. */
const retryAfterMs = 1000

/** Lets each key do at most `limit` things at once; keys that do nothing take no memory. */
export function createConcurrencyLimit(limit: number) {
  const running = new Map<string, number>()
  return {
    /** Does some work of the key. @throws AppError too_many_requests, if it does too much already */
    async run<T>(key: string, work: () => Promise<T>): Promise<T> {
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
