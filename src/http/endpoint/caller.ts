import type { Server as BunServer } from 'bun'
import type { Config } from '../../config.ts'
import { isWithin, plainAddress } from '../../lib/net/address.ts'

/** Bun's server, as far as routes need it. */
export type Server = Pick<BunServer<unknown>, 'requestIP' | 'timeout' | 'upgrade'>

const host = /^(?:[\w.-]{1,255}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i

/**
 * The origin that absolute URLs of a response start with: the configured one, else the one that the
 * caller used, so that a phone in the LAN gets an address that it can reach.
 */
export function originOf(request: Request, server: Server | null, config: Config): string {
  if (config.publicUrl !== null) return config.publicUrl
  const called = calledOrigin(request.url)
  if (!isTrusted(request, server, config)) return called
  const forwardedHost = first(request.headers.get('x-forwarded-host'))
  const proto = first(request.headers.get('x-forwarded-proto'))
  const scheme =
    proto === 'https' || proto === 'http' ? proto : called.slice(0, called.indexOf(':'))
  const name = forwardedHost && host.test(forwardedHost) ? forwardedHost : called.split('//')[1]
  return `${scheme}://${name}`
}

/** The caller's address, without a port: that of the socket, or the one that a trusted proxy reports. */
export function addressOf(request: Request, server: Server | null, config: Config): string {
  const address = socketAddressOf(request, server) ?? 'unknown'
  if (!isTrusted(request, server, config)) return address
  // Each proxy appends the address it got the request from: the last one not ours is the caller's.
  for (const hop of (request.headers.get('x-forwarded-for') ?? '').split(',').reverse()) {
    if (hop.trim() === '') continue
    const reported = plainAddress(hop)
    // What stands before a hop that is no address may be anybody's invention.
    if (reported === null) return address
    if (!isWithin(config.trustProxy, reported)) return reported
  }
  return address
}

// Nearly every request has the origin of the one before: no need to check its form again.
let last = 'http://localhost'

function calledOrigin(url: string): string {
  if (url.startsWith(last) && url[last.length] === '/') return last
  const start = url.indexOf('://') + 3
  const end = url.indexOf('/', start)
  const name = url.slice(start, end === -1 ? undefined : end)
  // With a Host that is none, the URL is a path.
  if (start < 3 || !host.test(name)) return 'http://localhost'
  last = url.slice(0, start) + name
  return last
}

function isTrusted(request: Request, server: Server | null, config: Config): boolean {
  if (config.trustProxy.length === 0) return false
  const address = socketAddressOf(request, server)
  return address !== null && isWithin(config.trustProxy, address)
}

function socketAddressOf(request: Request, server: Server | null): string | null {
  const address = server?.requestIP(request)?.address
  return address === undefined ? null : plainAddress(address)
}

const first = (header: string | null) => header?.split(',')[0]?.trim()
