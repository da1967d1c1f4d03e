import type { Config } from '../../config.ts'
import { tooManyRequests } from '../../errors.ts'
import { createBuckets } from '../../lib/token-bucket.ts'
import { createTurns, type Place } from '../../lib/turns/turns.ts'
import type { Viewer } from './auth.ts'
import { addressOf, type Server } from './caller.ts'
import type { Group } from './contract.ts'

/** How often one caller may make requests. */
export type Limits = ReturnType<typeof createLimits>

/** Requests that may come at once, in seconds' worth of the rate. */
const burstSeconds = 10

/** Long lists that one network is sent at once, and how many more of its requests wait for that. */
const longResponses = { size: 4, waiting: 64 }

/** Counts reads and writes of each caller; a rate of 0 counts nothing and costs nothing. */
export function createLimits(config: Config) {
  const bucketsOf = (rate: number) =>
    rate > 0 ? createBuckets<number | string>(rate, burstSeconds) : null
  const buckets = {
    read: bucketsOf(config.readRate),
    write: bucketsOf(config.writeRate),
    own: null,
  }
  const turns = createTurns(longResponses)
  return {
    /**
     * Counts a request of the viewer, or of the address if nobody is logged in.
     * @throws AppError too_many_requests
     */
    take(group: Group, viewer: Viewer | null, request: Request, server: Server | null): void {
      const bucket = buckets[group]
      if (bucket)
        refuseAfter(bucket.take(viewer?.id ?? networkOf(addressOf(request, server, config))))
    },
    /**
     * Gets a response that is too long to be made at once its place among those of all networks.
     * @throws AppError too_many_requests, busy
     */
    async enter(request: Request, server: Server | null): Promise<Place> {
      const { signal } = request
      const place = await turns.enter(networkOf(addressOf(request, server, config)), signal)
      // Whatever becomes of the response, a caller who is gone needs no place.
      signal.addEventListener('abort', place.leave, { once: true })
      if (signal.aborted) place.leave()
      return place
    },
  }
}

/** @throws AppError too_many_requests, unless there are 0 ms to wait */
export function refuseAfter(wait: number): void {
  if (wait > 0) throw tooManyRequests(wait)
}

/**
 * The part of a caller's address that limits count by: of IPv6 the first 64 bits, because callers
 * choose the rest themselves.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  if (address.startsWith('::ffff:')) return address.slice(7)
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const zeros = Array(Math.max(0, 8 - head.length - tail.length)).fill('0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`
}
