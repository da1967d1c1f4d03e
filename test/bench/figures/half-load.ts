import type { Bench } from '../bench.ts'
import type { Case } from '../cases/cases.ts'
import { connections } from '../cases/compare.ts'
import { drive } from '../load/drive.ts'
import { pace } from '../load/pace.ts'
import { type Figure, fine } from '../report/report.ts'
import type { Measured } from '../servers/process.ts'
import { writeRequests } from '../world/cast.ts'

/** After the full load what it left behind gets to the disk, since half of it leaves no such thing. */
const restMs = 2_000

const maxTries = 4

/** Long enough for many checkpoints to be in it. */
const halfLoadSeconds = 10

/**
 * p99 when half as much comes in as could be done. Where even that was too much, because
 * something else took the machine meanwhile, it is tried again.
 */
export async function halfLoad(
  { directory, options }: Bench,
  server: Measured,
  one: Case,
): Promise<Figure> {
  const { seconds } = options
  const attempt = async () => {
    const file = await writeRequests(directory, one.requests())
    const full = await drive(server.url, file, { connections, seconds, check: true })
    await writeRequests(directory, one.requests())
    await Bun.sleep(options.short ? 0 : restMs)
    const load = { url: server.url, file, rate: full.rate / 2, connections }
    const paced = await pace({ ...load, seconds: options.short ? seconds : halfLoadSeconds })
    return { asked: load.rate, ...paced }
  }
  let half = await attempt()
  for (let tries = 1; tries < maxTries && fellBehind(half); tries++) half = await attempt()
  const kept = fellBehind(half) ? 'fell behind at' : 'kept up with'
  return {
    name: `${one.name}, half load: p99`,
    value: fellBehind(half) ? Number.NaN : half.p99,
    unit: 'ms',
    bar: { most: 60 },
    from: `${kept} ${fine(half.asked)}/s, p50 ${fine(half.p50)} ms`,
  }
}

const fellBehind = ({ asked, rate }: { asked: number; rate: number }) => rate < asked * 0.9
