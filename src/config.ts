import { resolve } from 'node:path'
import { parseSize } from './lib/units.ts'

/** Everything that can be set about a server, checked. Sizes are bytes, durations seconds. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Absolute path of the data directory. */
  readonly data: string
  /** Origin that absolute URLs start with, or null for the host that each caller used. */
  readonly publicUrl: string | null
  readonly friends: 'followers' | 'mutual'
  readonly maxUpload: number
  readonly maxDuration: number
  /** Bytes of video that one user may have, 0 for no limit. */
  readonly quota: number
  readonly uploadsPerAddress: number
  /** Messages and other chat frames a second for each user; ten seconds' worth at once. */
  readonly messageRate: number
  /** Likes, comments, follows and uploads a second for each user, 0 for no limit. */
  readonly writeRate: number
  /** Other requests a second for each user, or each address that isn't logged in, 0 for no limit. */
  readonly readRate: number
  /** Registrations a minute from one address, 0 for no limit. */
  readonly registerRate: number
  /** Wrong passwords within `loginWindow` for one account; one address may fail three times as often. */
  readonly loginFailures: number
  readonly loginWindow: number
  readonly strictPasswords: boolean
  readonly ffmpeg: string
  /** Addresses whose X-Forwarded-* headers are believed. */
  readonly trustProxy: readonly string[]
  /** Paths of a certificate and its key in PEM form, null for plain HTTP. */
  readonly tlsCert: string | null
  readonly tlsKey: string | null
  /** Bytes of free disk below which the server says that it isn't ready. */
  readonly minFree: number
  /** Who may read `/metrics`: private addresses, everybody or nobody. */
  readonly metrics: 'private' | 'all' | 'off'
  readonly log: 'text' | 'json' | 'off'
}

/** One setting: its flag, its environment variable and how its text becomes a value. */
export interface Setting<T> {
  readonly flag: string
  readonly env: string
  readonly fallback: string
  readonly help: string
  parse(text: string): T
}

/** The settings in the order in which `--help` shows them. */
export const settings: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  host: {
    flag: '--host <address>',
    env: 'DOUYIN_HOST',
    fallback: '0.0.0.0',
    help: 'address to listen on; 127.0.0.1 keeps the server to this machine',
    parse: nonEmpty,
  },
  port: {
    flag: '--port <number>',
    env: 'DOUYIN_PORT',
    fallback: '8080',
    help: 'port to listen on; 0 takes a free one',
    parse: (text) => integer(text, 0, 65_535),
  },
  data: {
    flag: '--data <dir>',
    env: 'DOUYIN_DATA',
    fallback: './data',
    help: 'directory of the database, videos and covers',
    parse: (text) => resolve(nonEmpty(text)),
  },
  publicUrl: {
    flag: '--public-url <url>',
    env: 'DOUYIN_PUBLIC_URL',
    fallback: '',
    help: 'origin of play and cover URLs (default: the host of each request)',
    parse: (text) => (text === '' ? null : origin(text)),
  },
  friends: {
    flag: '--friends <who>',
    env: 'DOUYIN_FRIENDS',
    fallback: 'followers',
    help: 'who is in the friend list: followers, as in the API, or mutual (follows)',
    parse: (text) => oneOf(text, ['followers', 'mutual']),
  },
  maxUpload: {
    flag: '--max-upload <size>',
    env: 'DOUYIN_MAX_UPLOAD',
    fallback: '512MB',
    help: 'largest video accepted',
    parse: (text) => parseSize(text, '1KB', '64GB'),
  },
  maxDuration: {
    flag: '--max-duration <seconds>',
    env: 'DOUYIN_MAX_DURATION',
    fallback: '600',
    help: 'longest video accepted',
    parse: (text) => integer(text, 1, 86_400),
  },
  quota: {
    flag: '--quota <size>',
    env: 'DOUYIN_QUOTA',
    fallback: '0',
    help: 'video storage of one user; 0 for no limit',
    parse: (text) => parseSize(text, '0', '1024TB'),
  },
  uploadsPerAddress: {
    flag: '--uploads-per-address <number>',
    env: 'DOUYIN_UPLOADS_PER_ADDRESS',
    fallback: '8',
    help: 'concurrent uploads from one address',
    parse: (text) => integer(text, 1, 10_000),
  },
  messageRate: {
    flag: '--message-rate <number>',
    env: 'DOUYIN_MESSAGE_RATE',
    fallback: '500',
    help: 'messages per second of one user; up to ten times as many in a burst',
    parse: (text) => integer(text, 1, 1_000_000),
  },
  writeRate: {
    flag: '--write-rate <number>',
    env: 'DOUYIN_WRITE_RATE',
    fallback: '500',
    help: 'likes, comments, follows and uploads per second of one user; 0 for no limit',
    parse: (text) => integer(text, 0, 1_000_000),
  },
  readRate: {
    flag: '--read-rate <number>',
    env: 'DOUYIN_READ_RATE',
    fallback: '0',
    help: 'other requests per second of one user or address; 0 for no limit',
    parse: (text) => integer(text, 0, 1_000_000),
  },
  registerRate: {
    flag: '--register-rate <number>',
    env: 'DOUYIN_REGISTER_RATE',
    fallback: '1000',
    help: 'registrations per minute from one address; 0 for no limit',
    parse: (text) => integer(text, 0, 1_000_000),
  },
  loginFailures: {
    flag: '--login-failures <number>',
    env: 'DOUYIN_LOGIN_FAILURES',
    fallback: '10',
    help: 'wrong passwords for one account within the login window; three times as many from one address',
    parse: (text) => integer(text, 1, 1_000),
  },
  loginWindow: {
    flag: '--login-window <seconds>',
    env: 'DOUYIN_LOGIN_WINDOW',
    fallback: '300',
    help: 'time for which a wrong password counts',
    parse: (text) => integer(text, 1, 86_400),
  },
  strictPasswords: {
    flag: '--strict-passwords',
    env: 'DOUYIN_STRICT_PASSWORDS',
    fallback: '',
    help: 'refuse new passwords that are short, common or equal to the name',
    parse: yesOrNo,
  },
  ffmpeg: {
    flag: '--ffmpeg <engine>',
    env: 'DOUYIN_FFMPEG',
    fallback: 'auto',
    help: 'auto (a native ffmpeg if there is one), embedded, or the path of an ffmpeg',
    parse: nonEmpty,
  },
  trustProxy: {
    flag: '--trust-proxy <addresses>',
    env: 'DOUYIN_TRUST_PROXY',
    fallback: '',
    help: 'comma-separated addresses of reverse proxies whose X-Forwarded-* headers are trusted',
    parse: (text) =>
      text
        .split(',')
        .map((address) => address.trim())
        .filter((address) => address !== ''),
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    env: 'DOUYIN_TLS_CERT',
    fallback: '',
    help: 'certificate for HTTPS, PEM with its chain; read again when it changes',
    parse: pathOrNull,
  },
  tlsKey: {
    flag: '--tls-key <file>',
    env: 'DOUYIN_TLS_KEY',
    fallback: '',
    help: 'private key of the certificate, PEM',
    parse: pathOrNull,
  },
  minFree: {
    flag: '--min-free <size>',
    env: 'DOUYIN_MIN_FREE',
    fallback: '64MB',
    help: 'free disk space below which /healthz reports the server as not ready',
    parse: (text) => parseSize(text, '0', '1024TB'),
  },
  metrics: {
    flag: '--metrics <who>',
    env: 'DOUYIN_METRICS',
    fallback: 'private',
    help: 'who may read /metrics: private (addresses of this network), all or off',
    parse: (text) => oneOf(text, ['private', 'all', 'off']),
  },
  log: {
    flag: '--log <format>',
    env: 'DOUYIN_LOG',
    fallback: 'text',
    help: 'format of the request log: text, json or off',
    parse: (text) => oneOf(text, ['text', 'json', 'off']),
  },
}

/**
 * Merges what was given on the command line over the environment over the defaults.
 * @throws Error with a sentence that names the flag, if a value is out of bounds.
 */
export function loadConfig(
  flags: { readonly [K in keyof Config]?: string | undefined },
  env: Readonly<Record<string, string | undefined>> = {},
): Config {
  const read = (name: keyof Config, setting: Setting<unknown>): unknown => {
    const given = flags[name]
    const text = given ?? (env[setting.env] || setting.fallback)
    try {
      return setting.parse(text)
    } catch (error) {
      const source = given === undefined ? setting.env : setting.flag.split(' ')[0]
      throw new Error(`${source}: ${(error as Error).message}`)
    }
  }
  const names = Object.keys(settings) as (keyof Config)[]
  return Object.fromEntries(names.map((name) => [name, read(name, settings[name])])) as never
}

function nonEmpty(text: string): string {
  if (text.trim() === '') throw new Error('must not be empty')
  return text
}

function pathOrNull(text: string): string | null {
  return text === '' ? null : resolve(text)
}

function integer(text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new Error(`'${text}' is not a whole number from ${min} to ${max}`)
}

function oneOf<T extends string>(text: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text)
  if (choice !== undefined) return choice
  throw new Error(`'${text}' is not one of ${choices.join(', ')}`)
}

function yesOrNo(text: string): boolean {
  if (/^(1|true|yes)$/i.test(text)) return true
  if (/^(0|false|no)?$/i.test(text)) return false
  throw new Error(`'${text}' is neither yes nor no`)
}

function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') {
    return url.origin
  }
  throw new Error(`'${text}' is not an origin such as https://video.example.com`)
}
