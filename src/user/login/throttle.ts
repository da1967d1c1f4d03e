import { AppError, tooManyRequests } from '../../errors.ts'
import { Lru } from '../../lib/lru.ts'

interface Tries {
  /** The time of each failure, oldest first. */
  failures: number[]
  pending: number
  /** Tries that would exceed the limit if the pending ones fail: they wait for those to end. */
  readonly waiting: (() => void)[]
}

/** Keys whose failures are remembered, some 200 bytes each; those not tried lately are forgotten. */
const maxKeys = 10_000

const maxWaitingPerKey = 100

/**
 * Lets `limit` tries of a key fail within `windowMs`. Pending tries count as failures until they have
 * ended, so that of a thousand at once only `limit` run; the others wait instead of being refused,
 * as one of them may have the right password.
 */
export function createThrottle(
  limit: number,
  windowMs: number,
  now: () => number = () => performance.now(),
) {
  const known = new Lru<string, Tries>(maxKeys)

  const triesOf = (key: string): Tries => {
    const tries = known.get(key) ?? { failures: [], pending: 0, waiting: [] }
    const start = now() - windowMs
    tries.failures = tries.failures.filter((at) => at > start)
    return tries
  }

  const keep = (key: string, tries: Tries) => {
    if (tries.failures.length + tries.pending === 0) known.delete(key)
    else known.set(key, tries)
  }

  const enter = async (key: string): Promise<Tries> => {
    for (;;) {
      const tries = triesOf(key)
      const { failures, pending, waiting } = tries
      if (failures.length >= limit) {
        throw tooManyRequests((failures[0] as number) + windowMs - now())
      }
      if (failures.length + pending < limit) {
        tries.pending++
        keep(key, tries)
        return tries
      }
      if (waiting.length >= maxWaitingPerKey) throw new AppError('busy')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  return {
    /**
     * Runs a try, which counts for the key if it fails.
     * @param tryIt returns null for a failure; what it throws doesn't count
     * @throws AppError too_many_requests, if too many failed; busy, if too many wait
     */
    async run<T>(key: string, tryIt: () => Promise<T | null>): Promise<T | null> {
      const tries = await enter(key)
      let failed = false
      try {
        const result = await tryIt()
        failed = result === null
        return result
      } finally {
        tries.pending--
        if (failed) tries.failures.push(now())
        keep(key, tries)
        for (const resolve of tries.waiting.splice(0)) resolve()
      }
    },
    /** Forgets the failures of a key. */
    forgive(key: string): void {
      const tries = known.get(key)
      if (!tries) return
      tries.failures = []
      keep(key, tries)
    },
  }
}
