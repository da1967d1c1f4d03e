import { median } from '../cases/compare.ts'
import { type Figure, fine } from '../report/report.ts'
import { type Bench, serve } from '../run.ts'
import type { Measured } from '../servers/process.ts'

/** How soon a started server answers, and what memory it has when nobody asks anything of it. */
export async function footprint(bench: Bench, data: string): Promise<Figure[]> {
  const times: number[] = []
  const rests: number[] = []
  for (let at = 0; at < (bench.options.short ? 1 : 5); at++) {
    const started = performance.now()
    const server = await serve(bench.binary, data, 'any')
    const answer = await fetch(`${server.url}/douyin/feed/`)
    await answer.arrayBuffer()
    times.push(performance.now() - started)
    if (!answer.ok) throw new Error(`the first answer is ${answer.status}`)
    await Bun.sleep(bench.options.short ? 100 : 2000)
    rests.push(server.memory())
    await server.stop()
  }
  // The first one also pays for a file that nobody has read since it was copied.
  const warm = times.length > 1 ? times.slice(1) : times
  return [
    {
      name: 'start to first answer',
      value: median(warm),
      unit: 'ms',
      bar: { most: 150 },
      from: `${warm.map(fine).join(', ')} ms; the first one ${fine(times[0]!)} ms`,
    },
    {
      name: 'idle memory',
      value: median(rests),
      unit: 'MB',
      bar: { most: 90 },
      from: `resident, ${rests.map(fine).join(', ')} MB`,
    },
  ]
}

/** What a server has in memory after all that it was asked. */
export const memoryAfter = (server: Measured): Figure => ({
  name: 'memory after the load',
  value: server.memory(),
  unit: 'MB',
  bar: null,
  from: 'resident, of the server that answered all of the above',
})
