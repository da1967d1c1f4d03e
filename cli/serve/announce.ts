import { networkInterfaces } from 'node:os'
import type { Config } from '../../src/config.ts'
import { isPrivate } from '../../src/lib/net/address.ts'
import { note, print } from '../lib/output.ts'
import { qrCodeLines } from './qr-code.ts'

/**
 * Prints the addresses of the service, also those for a phone in the same network, and what whoever
 * opens it to the world should know.
 */
export function announce(config: Config, { port, url }: { port: number; url: URL }): void {
  const { host, data, publicUrl } = config
  const everywhere = host === '0.0.0.0' || host === '::'
  const shown = host.includes(':') ? `[${host}]` : host
  const local = `${url.protocol}//${everywhere ? '127.0.0.1' : shown}:${port}`
  print(`douyin is listening on ${local}`)
  const reached = everywhere ? ownAddresses() : [host]
  for (const address of everywhere ? reached : []) {
    print(`  in your network  ${url.protocol}//${address}:${port}`)
  }
  const phone =
    publicUrl ?? (everywhere && reached[0] ? `${url.protocol}//${reached[0]}:${port}` : null)
  if (publicUrl !== null) print(`  for everyone     ${publicUrl}`)
  print(`  Swagger          ${local}/swagger`)
  print(`  data             ${data}`)
  if (config.log !== 'json') {
    for (const line of phone === null ? [] : qrCodeLines(phone, terminalRoom())) print(`  ${line}`)
    print('Ctrl-C stops it.')
  }
  const isPublic = publicUrl !== null || reached.some((address) => !isPrivate(address))
  if (isPublic && config.registration === 'open' && !config.strictPasswords) note(advice)
}

const advice =
  'This address is public, and anybody may register with any password. --strict-passwords refuses those that are guessed first, --registration invite or closed keeps strangers out.'

/** Lines of a terminal that stay for what else is printed. */
const otherLines = 10

/** What a terminal has room for beside the other lines; nothing where it isn't one. */
function terminalRoom(): { columns: number; rows: number } {
  const { isTTY, columns, rows } = process.stdout
  return isTTY ? { columns: columns - 2, rows: rows - otherLines } : { columns: 0, rows: 0 }
}

/** IPv4 addresses under which other devices reach this machine. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
}
