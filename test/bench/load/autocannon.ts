import { pinned } from '../servers/process.ts'
import type { Drive, LoadOptions } from './load.ts'

/** Requests of a file that it is given at most: it holds each as an object. */
const maxRequests = 5_000

/** What wrk does, by autocannon: slower, its latencies whole ms, and it sees HTTP errors only. */
export async function driveAutocannon(
  url: string,
  file: string,
  { connections, seconds }: LoadOptions,
): Promise<Drive> {
  const lines = (await Bun.file(file).text()).trimEnd().split('\n').slice(0, maxRequests)
  const entries = lines.map((line) => {
    const [method, path, encoding] = line.split(' ')
    const headers = encoding ? [{ name: 'Accept-Encoding', value: encoding }] : []
    return { request: { method, url: url + path, headers } }
  })
  const har = `${file}.har`
  await Bun.write(har, JSON.stringify({ log: { entries } }))
  const flags = ['-j', '-c', String(connections), '-d', String(Math.ceil(seconds)), '--har', har]
  const command = pinned('load', ['npx', '--yes', 'autocannon@9', ...flags, url])
  const child = Bun.spawn(command, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, complaints] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if ((await child.exited) !== 0) throw new Error(`autocannon: ${complaints.slice(-1000)}`)
  const { requests, latency, duration, non2xx, errors, timeouts } = JSON.parse(output)
  if (non2xx + errors + timeouts > 0 || requests.total === 0) {
    throw new Error(`${non2xx + errors + timeouts} of ${requests.total} requests failed`)
  }
  const rate = requests.total / duration
  return { rate, p50: latency.p50, p99: latency.p99, requests: requests.total }
}
