import { AppError, tooManyRequests } from '../errors.ts'

/** Uploads at once whose sender isn't known yet: of all, and of one network. */
const maxUploads = 16
const maxPerNetwork = 2

/** ms after which another one may be tried. */
const retryAfterMs = 1000

export type AnonymousUploads = ReturnType<typeof createAnonymousUploads>

/**
 * Bounds what is stored before its sender is known, as the token may come after the file: so many
 * uploads, and together twice as many bytes as one upload may have, of which one network has at most
 * half. A few numbers for each of them.
 */
export function createAnonymousUploads(maxBytes: number) {
  const networks = new Map<string, { uploads: number; bytes: number }>()
  let uploads = 0
  let bytes = 0
  return {
    /**
     * Lets an upload begin: what it stores has to be added, and it has to be ended.
     * @throws AppError too_many_requests
     */
    begin(network: string) {
      const own = networks.get(network) ?? { uploads: 0, bytes: 0 }
      if (uploads >= maxUploads || own.uploads >= maxPerNetwork) throw tooManyRequests(retryAfterMs)
      uploads++
      own.uploads++
      networks.set(network, own)
      let stored = 0
      return {
        /** @throws AppError busy, if all of them, or those of the network, have too much */
        add(more: number): void {
          stored += more
          own.bytes += more
          bytes += more
          if (own.bytes > maxBytes || bytes > 2 * maxBytes) throw new AppError('busy')
        },
        end(): void {
          uploads--
          own.uploads--
          own.bytes -= stored
          bytes -= stored
          if (own.uploads === 0) networks.delete(network)
        },
      }
    },
  }
}
