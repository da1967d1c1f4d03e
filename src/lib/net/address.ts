import { BlockList, isIP } from 'node:net'
import { memoize } from '../memoize.ts'

/**
 * An IP address as it is compared and counted: without the port and the brackets that some proxies
 * add (`1.2.3.4:5678`, `[::1]:80`), without a zone, IPv4 within IPv6 as IPv4; null if it is none.
 */
export function plainAddress(text: string): string | null {
  const trimmed = text.trim()
  const bare =
    /^\[([^\]]+)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ??
    /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ??
    trimmed
  const address = bare.replace(/%.*$/, '')
  const version = isIP(address)
  if (version === 4) return address
  if (version === 0) return null
  // The one short form that each address has, in small letters.
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short)
  if (!mapped) return short
  const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/**
 * Reads a comma-separated list of addresses and of blocks such as `10.0.0.0/8` or `fd00::/8`.
 * @throws Error with a sentence, if one is neither
 */
export function parseBlocks(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim())
  const blocks = parts.filter((part) => part !== '').map(parseBlock)
  if (blocks.length === 0) throw new Error(`'${text}' names no address`)
  return blocks
}

function parseBlock(text: string): string {
  const [start = '', bits, ...more] = text.split('/')
  const address = isIP(start) === 0 ? null : plainAddress(start)
  if (address === null || more.length > 0) {
    throw new Error(`'${text}' is neither an address nor a block such as 10.0.0.0/8 or fd00::/8`)
  }
  if (bits === undefined) return address
  const most = isIP(address) === 4 ? 32 : 128
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (length >= 0 && length <= most) return `${address}/${length}`
  throw new Error(`'${text}' does not end in a number of bits from 0 to ${most}`)
}

/** Whether an address, as `plainAddress` returns it, is in one of the blocks of `parseBlocks`. */
export const isWithin = (blocks: readonly string[], address: string): boolean =>
  listOf(blocks).check(address, familyOf(address))

const listOf = memoize((blocks: readonly string[]) => {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', bits] = block.split('/')
    if (bits === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(bits), familyOf(address))
  }
  return list
})

const familyOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4')

/** Loopback, private, link-local, shared (RFC 6598) and unique local addresses. */
const ofPrivateNetwork =
  /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)|^::1$|^f[cd][\da-f]{2}:|^fe[89ab][\da-f]:/i

/** Whether an address is one that only its own network reaches, or its own machine. */
export const isPrivate = (address: string): boolean => ofPrivateNetwork.test(address)
