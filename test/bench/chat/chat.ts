import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { connections, median } from '../cases/compare.ts'
import type { Drive } from '../load/load.ts'
import { type Figure, fine, whole } from '../report/report.ts'
import { type Measured, pinned, startServer } from '../servers/process.ts'
import type { Cast } from '../world/cast.ts'

/** Sockets of one pair: `to` is null where the sender hears its own messages. */
interface Pair {
  readonly from: string
  readonly to: string | null
  readonly toUserId: number
}

export interface ChatterOptions {
  readonly pairs: readonly Pair[]
  readonly seconds: number
  /** Messages per second of all pairs, or null for as fast as they arrive. */
  readonly rate: number | null
}

export interface ChatterResult extends Drive {
  readonly lost: number
}

/**
 * Messages per second from the sender's socket over the disk to the other one's socket, beside Bun
 * sockets that store nothing: an echo, and a fan-out to the two sockets of each pair.
 */
export async function chatFigures(
  { options }: Bench,
  server: Measured,
  cast: Cast,
): Promise<Figure[]> {
  const bare = await startServer(
    [process.execPath, join(import.meta.dir, '../servers/bare-chat-server.ts')],
    'server',
  )
  const targets = {
    ours: pairsOf(server.url, cast),
    echo: times((at) => ({ from: `${socket(bare.url)}/echo`, to: null, toUserId: at + 1 })),
    fan: times((at) => {
      const url = `${socket(bare.url)}/pair?${at}`
      return { from: url, to: url, toUserId: at + 1 }
    }),
  }
  const { seconds } = options
  try {
    const rounds: Record<keyof typeof targets, Drive>[] = []
    await chatter({ pairs: targets.ours, seconds: Math.min(1, seconds), rate: null })
    for (let at = 0; at < options.pairs; at++) {
      const ours = await chatter({ pairs: targets.ours, seconds, rate: null })
      const echo = await chatter({ pairs: targets.echo, seconds, rate: null })
      const fan = await chatter({ pairs: targets.fan, seconds, rate: null })
      rounds.push({ ours, echo, fan })
    }
    const rateOf = (name: 'ours' | 'echo' | 'fan') => median(rounds.map((one) => one[name].rate))
    const ours = rateOf('ours')
    const half = await chatter({ pairs: targets.ours, seconds, rate: ours / 2 })
    const full = median(rounds.map((one) => one.ours.p99))
    const ratio = (to: 'echo' | 'fan') => median(rounds.map((one) => one.ours.rate / one[to].rate))
    return [
      {
        name: 'chat: messages sent, stored, pushed',
        value: ratio('echo'),
        unit: 'of a bare echo',
        bar: { least: 0.3 },
        from: `${whole(ours)}/s, echo ${whole(rateOf('echo'))}/s, p99 at full load ${fine(full)} ms`,
      },
      {
        name: 'chat: the same beside a fan-out',
        value: ratio('fan'),
        unit: 'of a bare fan-out',
        bar: null,
        from: `fan-out to both sockets of a pair ${whole(rateOf('fan'))}/s`,
      },
      {
        name: 'chat: p99 at half load',
        value: half.p99,
        unit: 'ms',
        bar: null,
        from: `${whole(half.rate)}/s, p50 ${fine(half.p50)} ms`,
      },
    ]
  } finally {
    await bare.stop()
  }
}

/** Viewers in twos, each writing to the next one. */
function pairsOf(url: string, { viewers }: Cast): Pair[] {
  const address = (token: string) => `${socket(url)}/douyin/message/ws?token=${token}`
  const amount = Math.min(connections, viewers.length >> 1)
  return Array.from({ length: amount }, (_, at) => {
    const [one, other] = [viewers[2 * at]!, viewers[2 * at + 1]!]
    return { from: address(one.token), to: address(other.token), toUserId: other.id }
  })
}

const times = (pair: (at: number) => Pair) =>
  Array.from({ length: connections }, (_, at) => pair(at))
const socket = (url: string) => url.replace('http:', 'ws:')

async function chatter(options: ChatterOptions): Promise<Drive> {
  const script = join(import.meta.dir, 'chat-load.ts')
  const command = pinned('load', [process.execPath, script, JSON.stringify(options)])
  const child = Bun.spawn(command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the chat load ended with an error')
  const { lost, ...drive }: ChatterResult = JSON.parse(output)
  if (lost > 0) throw new Error(`${lost} of ${drive.requests + lost} messages were not pushed`)
  return drive
}
