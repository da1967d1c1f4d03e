import type { Run } from '../bench.ts'
import { median } from '../cases/compare.ts'
import { type Figure, fine } from '../report/report.ts'
import type { Measured } from '../servers/process.ts'
import { serve } from '../servers/serve.ts'

/** The time from the start to the first response, and the memory of a server without requests. */
export async function footprint(run: Run, data: string): Promise<Figure[]> {
  const times: number[] = []
  const rests: number[] = []
  for (let at = 0; at < (run.options.short ? 1 : 5); at++) {
    const { ms, megabytes } = await startOnce(run, data)
    times.push(ms)
    rests.push(megabytes)
  }
  // The first one also pays for a file that nobody has read since it was copied.
  const warm = times.length > 1 ? times.slice(1) : times
  return [
    {
      name: 'start to first response',
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

/** Starts a server, asks it for the feed, and looks at its memory when it has been idle. */
export async function startOnce(
  { binary, options }: Run,
  data: string,
): Promise<{ ms: number; megabytes: number }> {
  const started = performance.now()
  const server = await serve(binary, data, 'any')
  try {
    const response = await fetch(`${server.url}/douyin/feed/`)
    await response.arrayBuffer()
    const ms = performance.now() - started
    if (!response.ok) throw new Error(`the first response is ${response.status}`)
    await Bun.sleep(options.short ? 100 : idleMs)
    return { ms, megabytes: server.memory() }
  } finally {
    await server.stop()
  }
}

const idleMs = 2_000

/** What a server has in memory after all that it was asked. */
export const memoryAfter = (server: Measured): Figure => ({
  name: 'memory after the load',
  value: server.memory(),
  unit: 'MB',
  bar: null,
  from: 'resident, of the server of all of the above',
})
