import { AppError } from '../errors.ts'

/** How many of something each key has open at once; keys with none take no memory. */
export interface ConcurrencyLimit {
  /** Does work in a slot of the key. @throws AppError too_many_requests, when all are taken */
  within<T>(key: string, work: () => Promise<T>): Promise<T>
}

/** At most `limit` slots for each key. */
export function createConcurrencyLimit(limit: number): ConcurrencyLimit {
  const taken = new Map<string, number>()
  return {
    async within(key, work) {
      const count = taken.get(key) ?? 0
      if (count >= limit) throw new AppError('too_many_requests', { retryAfter: 1 })
      taken.set(key, count + 1)
      try {
        return await work()
      } finally {
        const left = (taken.get(key) ?? 1) - 1
        if (left === 0) taken.delete(key)
        else taken.set(key, left)
      }
    },
  }
}
