import type { Bench } from '../bench.ts'
import type { Case } from '../cases/cases.ts'
import { connections, median } from '../cases/compare.ts'
import { drive } from '../load/drive.ts'
import type { Drive } from '../load/load.ts'
import { pace } from '../load/pace.ts'
import { type Figure, fine } from '../report/report.ts'
import { type Measured, stolenSeconds } from '../servers/process.ts'
import { writeRequests } from '../world/cast.ts'

/** After the full load what it left behind gets to the disk, since half of it leaves no such thing. */
const restMs = 2_000

/** How often a sample is tried at most. */
const maxTries = 4

/** Long enough for many checkpoints to be in it. */
const halfLoadSeconds = 10

/** A part of the server's core that the host of a virtual machine takes is no load of ours: so much at most. */
const maxStolen = 0.02

/**
 * p99 when half as much comes in as could be done: the median of as many samples as there are pairs.
 * A sample in which something else took the machine is taken again.
 */
export async function halfLoad(
  { directory, options }: Bench,
  server: Measured,
  one: Case,
): Promise<Figure> {
  const { seconds } = options
  const attempt = async (): Promise<Sample> => {
    const file = await writeRequests(directory, one.requests())
    const full = await drive(server.url, file, { connections, seconds, check: true })
    await writeRequests(directory, one.requests())
    await Bun.sleep(options.short ? 0 : restMs)
    const load = { url: server.url, file, rate: full.rate / 2, connections }
    const during = options.short ? seconds : halfLoadSeconds
    const before = stolenSeconds()
    const paced = await pace({ ...load, seconds: during })
    return { asked: load.rate, stolen: (stolenSeconds() - before) / during, ...paced }
  }
  const samples: Sample[] = []
  while (samples.length < options.pairs) {
    let half = await attempt()
    for (let tries = 1; tries < maxTries && wasDisturbed(half); tries++) half = await attempt()
    samples.push(half)
  }
  const all = (name: keyof Sample) => samples.map((half) => half[name])
  const behind = samples.filter(fellBehind).length
  const stolen = Math.max(...all('stolen'))
  return {
    name: `${one.name}, half load: p99`,
    value: behind > 0 ? Number.NaN : median(all('p99')),
    unit: 'ms',
    bar: { most: 60 },
    from: [
      `${fine(median(all('asked')))}/s, p50 ${fine(median(all('p50')))} ms`,
      `p99 ${all('p99').map(fine).join(', ')} ms`,
      ...(behind > 0 ? [`fell behind in ${behind}`] : []),
      ...(stolen > maxStolen ? [`up to ${Math.round(stolen * 100)} % of the core stolen`] : []),
    ].join('; '),
  }
}

interface Sample extends Drive {
  /** The rate that was asked for. */
  readonly asked: number
  /** The part of the server's core that the host took. */
  readonly stolen: number
}

const fellBehind = ({ asked, rate }: Sample) => rate < asked * 0.9

const wasDisturbed = (sample: Sample) => fellBehind(sample) || sample.stolen > maxStolen
