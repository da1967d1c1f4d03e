import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../../config.ts'
import type { Log } from './log.ts'

/** A certificate with its chain, and its key, both PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

/**
 * The certificate of the server for HTTPS, null for plain HTTP.
 * @throws Error with a sentence, if a file can't be read or the two don't belong together
 */
export function readIdentity({ tlsCert, tlsKey }: Config): Identity | null {
  if (tlsCert === null && tlsKey === null) return null
  if (tlsCert === null || tlsKey === null) {
    throw new Error(tlsCert === null ? '--tls-key needs --tls-cert' : '--tls-cert needs --tls-key')
  }
  const identity = { cert: read('--tls-cert', tlsCert), key: read('--tls-key', tlsKey) }
  const certificate = parse(
    () => new X509Certificate(identity.cert),
    `--tls-cert: ${tlsCert} has no certificate in PEM form`,
  )
  const key = parse(
    () => createPrivateKey(identity.key),
    `--tls-key: ${tlsKey} has no private key in PEM form that needs no passphrase`,
  )
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(`--tls-key: ${tlsKey} is not the key of ${tlsCert}`)
  }
  if (Date.parse(certificate.validTo) < Date.now()) {
    throw new Error(`--tls-cert: ${tlsCert} was valid until ${certificate.validTo}`)
  }
  return identity
}

/** Checked on a timer: programs that renew certificates replace links, which no file watch sees. */
const checkIntervalMs = 30_000

/**
 * Hands over a new certificate from the files, on a timer and on demand. Files that can't be used, or
 * of which only one is new yet, are reported and change nothing.
 */
export function watchIdentity(
  config: Config,
  first: Identity,
  log: Log,
  use: (identity: Identity) => void,
  every = checkIntervalMs,
) {
  let current = first
  let reported = ''
  const check = () => {
    try {
      const found = readIdentity(config)
      if (!found || (found.cert === current.cert && found.key === current.key)) return
      use(found)
      current = found
      reported = ''
      log.note('the certificate was renewed')
    } catch (error) {
      const { message } = error as Error
      if (message !== reported) log.failure('certificate', message)
      reported = message
    }
  }
  const timer = setInterval(check, every)
  timer.unref()
  return { check, stop: () => clearInterval(timer) }
}

function read(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as { code?: string }
    const why = {
      ENOENT: 'is not there',
      EISDIR: 'is a directory',
      EACCES: 'may not be read by this user',
    }
    throw new Error(
      `${flag}: ${path} ${why[code as keyof typeof why] ?? `cannot be read (${code})`}`,
    )
  }
}

function parse<T>(make: () => T, sentence: string): T {
  try {
    return make()
  } catch {
    throw new Error(sentence)
  }
}
