import { resolve } from 'node:path'
import { parseBlocks } from './lib/net/address.ts'
import { parseSize } from './lib/units.ts'

/** One setting: its flag, its default as text, and how a text becomes a value. */
interface Setting<T> {
  readonly flag: string
  readonly fallback?: string
  readonly help: string
  /** Sizes become bytes, durations seconds. @throws Error with the end of a sentence */
  parse(text: string): T
}

const table = {
  host: {
    flag: '--host <address>',
    fallback: '0.0.0.0',
    help: 'address to listen on; 127.0.0.1 keeps the server to this machine',
    parse: host,
  },
  port: {
    flag: '--port <number>',
    fallback: '8080',
    help: 'port to listen on; 0 takes a free one',
    parse: integer(0, 65_535),
  },
  data: {
    flag: '--data <dir>',
    fallback: './data',
    help: 'directory of the database, videos and covers',
    parse: (text) => resolve(nonEmpty(text)),
  },
  publicUrl: {
    flag: '--public-url <url>',
    help: 'origin of the URLs of videos, covers, avatars and backgrounds (default: the host of each request)',
    parse: (text) => (text === '' ? null : origin(text)),
  },
  friends: {
    flag: '--friends <who>',
    fallback: 'followers',
    help: 'who is in the friend list beside those written with: followers, as in the API, or mutual',
    parse: oneOf('followers', 'mutual'),
  },
  maxUpload: {
    flag: '--max-upload <size>',
    fallback: '512MB',
    help: 'largest video accepted',
    parse: (text) => parseSize(text, '1KB', '64GB'),
  },
  maxDuration: {
    flag: '--max-duration <seconds>',
    fallback: '600',
    help: 'longest video accepted',
    parse: integer(1, 86_400),
  },
  quota: {
    flag: '--quota <size>',
    fallback: '0',
    help: 'video storage of one user; 0 for no limit',
    parse: (text) => parseSize(text, '0', '1024TB'),
  },
  uploadsPerAddress: {
    flag: '--uploads-per-address <number>',
    fallback: '8',
    help: 'concurrent uploads from one network',
    parse: integer(1, 10_000),
  },
  messageRate: {
    flag: '--message-rate <number>',
    fallback: '500',
    help: 'messages per second of one user; up to ten times as many in a burst',
    parse: integer(1, 1_000_000),
  },
  writeRate: {
    flag: '--write-rate <number>',
    fallback: '500',
    help: 'writes per second of one user (likes, comments, follows, uploads, views, edits, deletions, blocks, reports); up to ten times as many in a burst, 0 for no limit',
    parse: integer(0, 1_000_000),
  },
  readRate: {
    flag: '--read-rate <number>',
    fallback: '0',
    help: 'other requests per second of one user or network; up to ten times as many in a burst, 0 for no limit',
    parse: integer(0, 1_000_000),
  },
  registration: {
    flag: '--registration <who>',
    fallback: 'open',
    help: 'who may register: open (anybody), invite (with a code of `douyin users invite`) or closed; `douyin users add` works in any case',
    parse: oneOf('open', 'invite', 'closed'),
  },
  registerRate: {
    flag: '--register-rate <number>',
    fallback: '1000',
    help: 'registrations per minute from one network; 0 for no limit, --registration closed for none',
    parse: integer(0, 1_000_000),
  },
  loginFailures: {
    flag: '--login-failures <number>',
    fallback: '10',
    help: 'wrong passwords for one account from one network within the login window; three times as many from one network for all accounts, fifty times for one account from everywhere',
    parse: integer(1, 1_000),
  },
  loginWindow: {
    flag: '--login-window <seconds>',
    fallback: '300',
    help: 'time for which a wrong password counts',
    parse: integer(1, 86_400),
  },
  strictPasswords: {
    flag: '--strict-passwords',
    help: 'refuse new passwords that are short, common or equal to the name',
    parse: yesOrNo,
  },
  ffmpeg: {
    flag: '--ffmpeg <engine>',
    fallback: 'auto',
    help: 'auto (a native ffmpeg if there is one), embedded, or the path of an ffmpeg',
    parse: nonEmpty,
  },
  mediaMemory: {
    flag: '--media-memory <size>',
    fallback: '0',
    help: "memory of all processes that read videos together; 0 for a quarter of the machine's",
    parse: (text) => parseSize(text, '0', '1024TB'),
  },
  trustProxy: {
    flag: '--trust-proxy <addresses>',
    help: 'addresses and blocks (10.0.0.0/8, fd00::/8), comma-separated, of reverse proxies whose X-Forwarded-* headers are trusted',
    parse: (text) => (text === '' ? [] : parseBlocks(text)),
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    help: 'certificate for HTTPS, PEM with its chain; read again when it changes',
    parse: pathOrNull,
  },
  tlsKey: {
    flag: '--tls-key <file>',
    help: 'private key of the certificate, PEM',
    parse: pathOrNull,
  },
  minFree: {
    flag: '--min-free <size>',
    fallback: '64MB',
    help: 'free disk space below which /healthz reports the server as not ready',
    parse: (text) => parseSize(text, '0', '1024TB'),
  },
  metrics: {
    flag: '--metrics <who>',
    fallback: 'private',
    help: 'who may read /metrics: private (addresses of this network), all or off',
    parse: oneOf('private', 'all', 'off'),
  },
  log: {
    flag: '--log <format>',
    fallback: 'text',
    help: 'format of the request log: text, json (all output then) or off',
    parse: oneOf('text', 'json', 'off'),
  },
  logAddress: {
    flag: '--log-address',
    help: "put the caller's address into the request log, which then tells who watched what when",
    parse: yesOrNo,
  },
} satisfies Record<string, Setting<unknown>>

/** Everything that can be set about a server, checked: see the help of each setting. */
export type Config = {
  readonly [K in keyof typeof table]: ReturnType<(typeof table)[K]['parse']>
}

/** The settings in the order in which `--help` shows them. */
export const settings: { readonly [K in keyof Config]: Setting<Config[K]> } = table

/** The environment variable of a setting: `DOUYIN_MAX_UPLOAD` for `--max-upload`. */
export const variableOf = ({ flag }: { flag: string }): string =>
  `DOUYIN_${nameOf(flag).slice(2).toUpperCase().replaceAll('-', '_')}`

/** A flag without its value: `--max-upload` of `--max-upload <size>`. */
const nameOf = (flag: string): string => flag.replace(/ .*/, '')

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
    const variable = variableOf(setting)
    const text = given ?? (env[variable] || (setting.fallback ?? ''))
    try {
      return setting.parse(text)
    } catch (error) {
      const source = given === undefined ? variable : nameOf(setting.flag)
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

function host(text: string): string {
  if (/^[\w:][\w.:%-]{0,252}$/.test(text)) return text
  throw new Error(`'${text}' is neither an address nor a name of this machine`)
}

function pathOrNull(text: string): string | null {
  return text === '' ? null : resolve(nonEmpty(text))
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new Error(`'${text}' is not a whole number from ${min} to ${max}`)
  }
}

function oneOf<T extends string>(...choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text)
    if (choice !== undefined) return choice
    throw new Error(`'${text}' is not one of ${choices.join(', ')}`)
  }
}

/** Reads yes or no; nothing is no. @throws Error with the end of a sentence */
export function yesOrNo(text: string): boolean {
  if (/^(1|true|yes)$/i.test(text)) return true
  if (/^(0|false|no)?$/i.test(text)) return false
  throw new Error(`'${text}' is neither yes nor no`)
}

function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  // Whatever is more than an origin would be dropped in silence.
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin
  throw new Error(`'${text}' is not an origin such as https://video.example.com`)
}
