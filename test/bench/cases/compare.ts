import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { drive } from '../load/drive.ts'
import type { Drive } from '../load/load.ts'
import { capture, compareResponses, writeCaptured } from '../servers/captured.ts'
import { type Measured, startServer } from '../servers/process.ts'
import { writeRequests } from '../world/cast.ts'
import type { Loop } from './bare-loop.ts'
import type { Case } from './cases.ts'

/** One drive, with the processor time that the server took for each request, µs. */
export interface Sample extends Drive {
  readonly cpu: number
}

/** Medians of both servers in one case; `ratio` is the median of the ratios of the pairs. */
export interface Comparison {
  readonly ours: Sample
  readonly bare: Sample
  readonly ratio: number
  /** The ratio if the two had differed in processor time only: steadier on a busy machine. */
  readonly cpuRatio: number
  /** Mean length of a response, bytes. */
  readonly bytes: number
  /** Of a write: the same over one connection that waits for each response. */
  readonly single: { readonly ours: Sample; readonly bare: Sample } | null
  /** Of a write: the bare loop, and the server as a part of it by rates and by processor time. */
  readonly loop: (Loop & { readonly ratio: number; readonly cpuRatio: number }) | null
}

/** Connections of every comparison. */
export const connections = 64

/** Loads before the first that counts: what runs often is compiled anew for some seconds. */
const warmUps = 3

/**
 * Drives our server and a bare one with the same responses in turn, so that whatever else the machine
 * does meets both; and after each pair, if it is a write, the bare loop.
 * @param runLoop the bare loop of the case, for so many seconds
 */
export async function compare(
  server: Measured,
  one: Case,
  { directory, options }: Bench,
  runLoop: ((seconds: number) => Promise<Loop>) | null,
): Promise<Comparison> {
  const requests = one.requests()
  const captured = await capture(server.url, one.kind === 'read' ? requests : requests.slice(0, 64))
  const file = join(directory, 'captured')
  await writeCaptured(file, captured)
  const bare = await startServer(
    [process.execPath, join(import.meta.dir, '../servers/bare-server.ts'), file],
    'server',
  )
  try {
    await compareResponses(bare.url, captured)
    const check = one.kind === 'write'
    const sample = async (
      target: Measured,
      maxSeconds = Number.POSITIVE_INFINITY,
      wide = connections,
    ) => {
      const path = await writeRequests(directory, check ? one.requests() : requests)
      const seconds = Math.min(maxSeconds, options.seconds)
      return measure(target, path, { connections: wide, seconds, check: check || maxSeconds === 1 })
    }
    for (const target of [server, bare]) {
      await sample(target, 1)
      for (let at = 1; at < warmUps && !options.short; at++) await sample(target)
    }
    const pairs: { ours: Sample; bare: Sample; loop: Loop | null }[] = []
    for (let at = 0; at < options.pairs; at++) {
      const ours = await sample(server)
      const loop = runLoop ? await runLoop(options.seconds) : null
      pairs.push({ ours, bare: await sample(bare), loop })
    }
    const single = check
      ? { ours: await sample(server, 2, 1), bare: await sample(bare, 2, 1) }
      : null
    const total = captured.bodies.reduce((sum, body) => sum + body.length, 0)
    return {
      ours: medians(pairs.map((pair) => pair.ours)),
      bare: medians(pairs.map((pair) => pair.bare)),
      ratio: median(pairs.map((pair) => pair.ours.rate / pair.bare.rate)),
      cpuRatio: median(pairs.map((pair) => pair.bare.cpu / pair.ours.cpu)),
      bytes: Math.round(total / captured.bodies.length),
      single,
      loop: loopOf(pairs),
    }
  } finally {
    await bare.stop()
  }
}

/** Drives a server and reads what it took. */
export async function measure(
  server: Measured,
  file: string,
  options: { connections: number; seconds: number; check: boolean },
): Promise<Sample> {
  const before = server.cpu()
  const done = await drive(server.url, file, options)
  return { ...done, cpu: ((server.cpu() - before) * 1e6) / done.requests }
}

function loopOf(pairs: readonly { ours: Sample; loop: Loop | null }[]): Comparison['loop'] {
  const both = pairs.flatMap(({ ours, loop }) => (loop ? [{ ours, loop }] : []))
  if (both.length === 0) return null
  return {
    rate: median(both.map(({ loop }) => loop.rate)),
    cpu: median(both.map(({ loop }) => loop.cpu)),
    batch: median(both.map(({ loop }) => loop.batch)),
    ratio: median(both.map(({ ours, loop }) => ours.rate / loop.rate)),
    cpuRatio: median(both.map(({ ours, loop }) => loop.cpu / ours.cpu)),
  }
}

function medians(samples: readonly Sample[]): Sample {
  const of = (name: keyof Sample) => median(samples.map((sample) => sample[name]))
  return {
    rate: of('rate'),
    p50: of('p50'),
    p99: of('p99'),
    requests: of('requests'),
    cpu: of('cpu'),
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]!
  return (sorted[middle - 1]! + sorted[middle]!) / 2
}
