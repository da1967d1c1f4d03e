import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Run, wanted } from '../bench.ts'
import { type Case, casesFor } from '../cases/cases.ts'
import { connections, measure, median, type Sample } from '../cases/compare.ts'
import { startOnce } from '../figures/footprint.ts'
import { type Figure, fine } from '../report/report.ts'
import { say } from '../report/say.ts'
import type { Measured } from '../servers/process.ts'
import { serve } from '../servers/serve.ts'
import { castFor, writeRequests } from '../world/cast.ts'
import { copyOfWorld, removeWorld, type Size, seededWorld } from '../world/world.ts'

/** One case of two executables: medians of both, and of the ratios of the pairs. */
export interface PairedRow {
  readonly name: string
  readonly ours: Sample
  readonly theirs: Sample
  readonly ratio: number
  /** The ratio if the two differed in processor time only: steadier on a busy machine. */
  readonly cpuRatio: number
  readonly bar: number | null
}

export interface PairedReport {
  readonly paired: readonly PairedRow[]
  readonly figures: readonly Figure[]
  readonly failures: readonly string[]
}

/** One executable with a world of its own. */
interface Side {
  readonly binary: string
  readonly data: string
}

/** What a read may lose at most: the anonymous feed, and any other. */
const bars = { feed: 0.93, read: 0.9 }

/** Room for the noise of a start and of memory, where nothing may become worse. */
const noWorse = 1.05

const starts = 6

/**
 * Our executable and another one in turn, A B A B, in the same minutes: whatever else the machine
 * does meets both. Both have the world that the other one seeded, ours a copy that it has upgraded, so
 * that the requests are about the same.
 * @param other path of the other executable, of this version or an older one
 */
export async function runPaired(run: Run, other: string, size: Size): Promise<PairedReport> {
  const theirs = join(run.directory, 'other')
  copyFileSync(other, theirs)
  const bytes = await Bun.file(theirs).bytes()
  const version = `of-${Bun.SHA256.hash(bytes, 'hex').slice(0, 8)}`
  const world = await seededWorld(theirs, size, version)
  const copies = [await copyOfWorld(world), await copyOfWorld(world)]
  const sides = [
    { binary: run.binary, data: copies[0]! },
    { binary: theirs, data: copies[1]! },
  ] as const
  try {
    return await runSides(run, sides)
  } finally {
    for (const copy of copies) removeWorld(copy)
  }
}

async function runSides(
  run: Run,
  sides: readonly [ours: Side, theirs: Side],
): Promise<PairedReport> {
  const paired: PairedRow[] = []
  const figures: Figure[] = []
  const failures: string[] = []
  const [ours, theirs] = sides.map(({ data }) => casesFor(castFor(data)))
  // What upgrading takes is none of what is measured.
  await (await serve(sides[0].binary, sides[0].data)).stop()
  const servers = [
    await serve(sides[0].binary, sides[0].data),
    await serve(sides[1].binary, sides[1].data),
  ] as const
  try {
    for (const [at, one] of ours!.entries()) {
      if (!wanted(run.options, one.name, one.kind)) continue
      say(`${one.name} …`)
      try {
        paired.push(await inTurn(run, servers, [one, theirs![at]!]))
      } catch (error) {
        failures.push(`${one.name}: ${(error as Error).message}`)
      }
    }
    const [our, their] = [servers[0].memory(), servers[1].memory()]
    figures.push(beside('memory after the load', 'MB', [our], [their]))
  } finally {
    for (const server of servers) await server.stop()
  }
  if (wanted(run.options, 'start and memory')) {
    say('start and memory …')
    figures.push(...(await startsInTurn(run, sides)))
  }
  return { paired, figures, failures }
}

async function inTurn(
  { directory, options }: Run,
  servers: readonly [Measured, Measured],
  cases: readonly [Case, Case],
): Promise<PairedRow> {
  const [{ name, kind }] = cases
  const reads = kind === 'read' ? cases.map((one) => one.requests()) : null
  const sample = async (side: 0 | 1, seconds: number, check: boolean) => {
    const file = await writeRequests(directory, reads?.[side] ?? cases[side].requests())
    return measure(servers[side], file, { connections, seconds, check })
  }
  for (let at = 0; at < (options.short ? 1 : 2); at++) {
    await sample(0, Math.min(1, options.seconds), true)
    await sample(1, Math.min(1, options.seconds), true)
  }
  const pairs: (readonly [Sample, Sample])[] = []
  for (let at = 0; at < options.pairs; at++) {
    const check = kind === 'write'
    pairs.push([await sample(0, options.seconds, check), await sample(1, options.seconds, check)])
  }
  const middle = (side: 0 | 1, what: keyof Sample) => median(pairs.map((pair) => pair[side][what]))
  const medians = (side: 0 | 1): Sample => ({
    ...{ rate: middle(side, 'rate'), p50: middle(side, 'p50'), p99: middle(side, 'p99') },
    ...{ requests: middle(side, 'requests'), cpu: middle(side, 'cpu') },
  })
  return {
    name,
    ours: medians(0),
    theirs: medians(1),
    ratio: median(pairs.map(([ours, theirs]) => ours.rate / theirs.rate)),
    cpuRatio: median(pairs.map(([ours, theirs]) => theirs.cpu / ours.cpu)),
    bar: kind === 'write' ? null : name === 'feed, anonymous' ? bars.feed : bars.read,
  }
}

async function startsInTurn(run: Run, sides: readonly [Side, Side]): Promise<Figure[]> {
  const found = [[], []] as { ms: number; megabytes: number }[][]
  for (let at = 0; at < (run.options.short ? 1 : starts); at++) {
    for (const side of [0, 1] as const) {
      const { binary, data } = sides[side]
      found[side]!.push(await startOnce({ ...run, binary }, data))
    }
  }
  // The first one also pays for what nobody has read since it was copied.
  const of = (side: 0 | 1, what: 'ms' | 'megabytes') =>
    found[side]!.slice(run.options.short ? 0 : 1).map((one) => one[what])
  return [
    beside('start to first response', 'ms', of(0, 'ms'), of(1, 'ms')),
    beside('idle memory', 'MB', of(0, 'megabytes'), of(1, 'megabytes')),
  ]
}

const beside = (
  name: string,
  unit: string,
  ours: readonly number[],
  theirs: readonly number[],
): Figure => ({
  name,
  value: median(ours) / median(theirs),
  unit: '× the other',
  bar: { most: noWorse },
  from: `${ours.map(fine).join(', ')} ${unit}; the other ${theirs.map(fine).join(', ')} ${unit}`,
})
