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
  readonly loop: (Loop & Ratios) | null
  /** Of a write: the minimal server, and ours as a part of it. */
  readonly minimal: (Sample & Ratios) | null
}

interface Ratios {
  readonly ratio: number
  readonly cpuRatio: number
}

/** What a write is compared with, beside the bare server. */
export interface Plain {
  /** The bare loop of the case, for so many seconds. */
  runLoop(seconds: number): Promise<Loop>
  /** @param captured the path of the responses */
  startMinimal(captured: string): Promise<Measured>
}

/** Connections of every comparison. */
export const connections = 64

/** Loads before the first that counts: what runs often is compiled anew for some seconds. */
const warmUps = 3

/**
 * Drives our server and a bare one with the same responses in turn, so that whatever else the machine
 * does meets both; and after each pair, if it is a write, the bare loop and the minimal server.
 */
export async function compare(
  server: Measured,
  one: Case,
  { directory, options }: Bench,
  plain: Plain | null,
): Promise<Comparison> {
  const requests = one.requests()
  const captured = await capture(server.url, one.kind === 'read' ? requests : requests.slice(0, 64))
  const file = join(directory, 'captured')
  await writeCaptured(file, captured)
  const bare = await startServer(
    [process.execPath, join(import.meta.dir, '../servers/bare-server.ts'), file],
    'server',
  )
  let minimal: Measured | null = null
  try {
    minimal = (await plain?.startMinimal(file)) ?? null
    const targets = minimal ? [server, bare, minimal] : [server, bare]
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
    for (const target of targets) {
      await sample(target, 1)
      for (let at = 1; at < warmUps && !options.short; at++) await sample(target)
    }
    const pairs: Pair[] = []
    for (let at = 0; at < options.pairs; at++) {
      const ours = await sample(server)
      const loop = plain ? await plain.runLoop(options.seconds) : null
      const least = minimal ? await sample(minimal) : null
      pairs.push({ ours, bare: await sample(bare), loop, minimal: least })
    }
    // A log that has rested is emptied: a lone writer is measured on a server that is in use.
    if (check) await sample(server, 1)
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
      minimal: minimalOf(pairs),
    }
  } finally {
    await Promise.all([bare.stop(), minimal?.stop()])
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

interface Pair {
  readonly ours: Sample
  readonly bare: Sample
  readonly loop: Loop | null
  readonly minimal: Sample | null
}

function minimalOf(pairs: readonly Pair[]): Comparison['minimal'] {
  const both = pairs.flatMap(({ ours, minimal }) => (minimal ? [{ ours, minimal }] : []))
  if (both.length === 0) return null
  return {
    ...medians(both.map(({ minimal }) => minimal)),
    ratio: median(both.map(({ ours, minimal }) => ours.rate / minimal.rate)),
    cpuRatio: median(both.map(({ ours, minimal }) => minimal.cpu / ours.cpu)),
  }
}

function loopOf(pairs: readonly Pair[]): Comparison['loop'] {
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
