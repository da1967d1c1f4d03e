import { AppError } from '../../errors.ts'
import { Lru } from '../../lib/lru.ts'

/** Bounds how often something may be tried in vain. */
export interface Throttle {
  /**
   * Does a try that counts for the key unless it succeeds.
   * @param tryIt answers whether it did; what it throws is no failure of the caller
   * @throws AppError too_many_requests, if too many failed; busy, if too many wait
   */
  run<T>(key: string, tryIt: () => Promise<T | null>): Promise<T | null>
  /** Forgets the failures of a key. */
  forgive(key: string): void
}

interface Tries {
  /** When each of the failures was, oldest first. */
  failures: number[]
  underWay: number
  /** Those that may be one too many wait for how the others end. */
  readonly waiting: (() => void)[]
}

/** Keys whose failures are remembered, some 200 bytes each; of more, those not tried lately are not. */
const most = 10_000

/** Tries of one key that wait. */
const mostWaiting = 100

/**
 * Lets `limit` tries of a key fail within `window` ms. Tries that are under way count as failures
 * until they have ended, so that a thousand at once are no more than `limit`; those beyond it wait
 * instead of being refused, as somebody with the right password may be among them.
 */
export function createThrottle(
  limit: number,
  window: number,
  now: () => number = () => performance.now(),
): Throttle {
  const known = new Lru<string, Tries>(most)

  const triesOf = (key: string): Tries => {
    const tries = known.get(key) ?? { failures: [], underWay: 0, waiting: [] }
    const start = now() - window
    while (tries.failures.length > 0 && (tries.failures[0] as number) <= start) {
      tries.failures.shift()
    }
    return tries
  }

  const keep = (key: string, tries: Tries) => {
    if (tries.failures.length + tries.underWay === 0) known.delete(key)
    else known.set(key, tries)
  }

  const enter = async (key: string): Promise<Tries> => {
    for (;;) {
      const tries = triesOf(key)
      const { failures, underWay, waiting } = tries
      if (failures.length >= limit) {
        const wait = (failures[0] as number) + window - now()
        throw new AppError('too_many_requests', { retryAfter: Math.ceil(wait / 1000) })
      }
      if (failures.length + underWay < limit) {
        tries.underWay++
        keep(key, tries)
        return tries
      }
      if (waiting.length >= mostWaiting) throw new AppError('busy')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  const leave = (key: string, tries: Tries, failed: boolean) => {
    tries.underWay--
    if (failed) tries.failures.push(now())
    keep(key, tries)
    for (const resolve of tries.waiting.splice(0)) resolve()
  }

  return {
    async run(key, tryIt) {
      const tries = await enter(key)
      let failed = false
      try {
        const result = await tryIt()
        failed = result === null
        return result
      } finally {
        leave(key, tries, failed)
      }
    },
    forgive(key) {
      const tries = known.get(key)
      if (!tries) return
      tries.failures = []
      keep(key, tries)
    },
  }
}
