import { AppError, tooManyRequests } from '../errors.ts'

/** Uploads at once whose sender isn't known yet: of all, and of one network. */
const maxUploads = 16
const maxPerNetwork = 2

/** ms after which another one may be tried. */
const retryAfterMs = 1000

export type AnonymousUploads = ReturnType<typeof createAnonymousUploads>

/**
 * Bounds what is stored before its sender is known, as the token may come after the file: so many
 * uploads, and together as many bytes as one upload may have. A few numbers for each of them.
 */
export function createAnonymousUploads(maxBytes: number) {
  const networks = new Map<string, number>()
  let uploads = 0
  let bytes = 0
  return {
    /**
     * Lets an upload begin: what it stores has to be added, and it has to be ended.
     * @throws AppError too_many_requests
     */
    begin(network: string) {
      const own = networks.get(network) ?? 0
      if (uploads >= maxUploads || own >= maxPerNetwork) throw tooManyRequests(retryAfterMs)
      uploads++
      networks.set(network, own + 1)
      let stored = 0
      return {
        /** @throws AppError busy, if all of them have too much */
        add(more: number): void {
          stored += more
          bytes += more
          if (bytes > maxBytes) throw new AppError('busy')
        },
        end(): void {
          uploads--
          bytes -= stored
          const left = (networks.get(network) ?? 1) - 1
          if (left === 0) networks.delete(network)
          else networks.set(network, left)
        },
      }
    },
  }
}
