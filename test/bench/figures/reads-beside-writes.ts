import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import type { Case } from '../cases/cases.ts'
import { connections } from '../cases/compare.ts'
import { drive } from '../load/drive.ts'
import { pace } from '../load/pace.ts'
import { type Figure, fine } from '../report/report.ts'
import type { Measured } from '../servers/process.ts'
import { writeRequests } from '../world/cast.ts'

/** How much longer reads take while writes come in as fast as the server takes them. */
export async function readsBesideWrites(
  { directory, options }: Bench,
  server: Measured,
  read: Case,
  writes: readonly Case[],
): Promise<Figure[]> {
  const { seconds } = options
  const reads = join(directory, 'reads.txt')
  await Bun.write(reads, `${read.requests().join('\n')}\n`)
  const load = { connections, seconds, check: false }
  const slow = { url: server.url, file: reads, rate: 100, connections: 16, seconds }
  const besideWrites = async <T>(run: () => Promise<T>) => {
    const all = writes.flatMap((one) => one.requests())
    const mixed = all.map((_, at) => all[(at * 1009) % all.length]!)
    const file = await writeRequests(directory, mixed)
    const writing = drive(server.url, file, { connections, seconds: seconds + 1, check: false })
    await Bun.sleep(200)
    const result = await run()
    return [result, await writing] as const
  }
  const full = await drive(server.url, reads, load)
  const [beside, written] = await besideWrites(() => drive(server.url, reads, load))
  const few = await pace(slow)
  const [fewBeside, fewWritten] = await besideWrites(() => pace(slow))
  return [
    {
      name: `${read.name}, beside writes, both at 64 connections: p99`,
      value: beside.p99 / full.p99,
      unit: '× idle',
      bar: { most: 3 },
      from: `${fine(full.p99)} → ${fine(beside.p99)} ms, ${fine(full.rate)} → ${fine(beside.rate)} reads/s, ${fine(written.rate)} writes/s`,
    },
    {
      name: `${read.name}, 100/s beside writes at 64 connections: p99`,
      value: fewBeside.p99 / few.p99,
      unit: '× idle',
      bar: null,
      from: `${fine(few.p99)} → ${fine(fewBeside.p99)} ms, ${fine(fewWritten.rate)} writes/s`,
    },
  ]
}
