import type { Config } from '../../config.ts'
import { tooManyRequests } from '../../errors.ts'
import { type Buckets, createBuckets } from '../../lib/token-bucket.ts'
import type { Viewer } from './auth.ts'
import { addressOf, type Server } from './forwarded.ts'

/** Which limit the requests of a route count against; `own`: the feature has a limit of its own. */
export type Group = 'read' | 'write' | 'own'

/** How often one caller may make requests. */
export type Limits = ReturnType<typeof createLimits>

/** Requests that may come at once, in seconds' worth of the rate. */
const burstSeconds = 10

/** Counts reads and writes of each caller; a rate of 0 counts nothing and costs nothing. */
export function createLimits(config: Config) {
  const rates = { read: config.readRate, write: config.writeRate, own: 0 }
  const buckets: Partial<Record<Group, Buckets<number | string>>> = {}
  for (const group of ['read', 'write'] as const) {
    if (rates[group] > 0) buckets[group] = createBuckets(rates[group], burstSeconds)
  }
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
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  if (tail !== undefined) {
    const behind = tail.split(':').filter((group) => group !== '')
    while (groups.length + behind.length < 8) groups.push('0')
    groups.push(...behind)
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}
