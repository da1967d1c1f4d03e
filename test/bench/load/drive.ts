import { join } from 'node:path'
import { pinned } from '../servers/process.ts'
import { driveAutocannon } from './autocannon.ts'
import type { Drive, LoadOptions } from './load.ts'

export interface DriveOptions extends LoadOptions {
  /** Look into every response; costs the load tool some of its speed. */
  readonly check: boolean
}

const wrk = Bun.which('wrk')

/** The tool that makes the load. */
export const tool = wrk ? 'wrk' : 'autocannon'

/**
 * Sends requests over kept connections, each as soon as the response before it is there.
 * @param file lines of `METHOD path`, sent in turn
 * @throws Error if any response was a failure
 */
export const drive = (url: string, file: string, options: DriveOptions): Promise<Drive> =>
  wrk ? driveWrk(wrk, url, file, options) : driveAutocannon(url, file, options)

async function driveWrk(
  wrk: string,
  url: string,
  file: string,
  { connections, seconds, check }: DriveOptions,
): Promise<Drive> {
  const command = [wrk, '-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`, '--timeout', '10s']
  command.push('-s', join(import.meta.dir, 'wrk.lua'), url, '--', file, check ? 'check' : '')
  const child = Bun.spawn(pinned('load', command), { stdio: ['ignore', 'pipe', 'inherit'] })
  // wrk counts whole seconds, and ends early and well on an interrupt.
  const early = Number.isInteger(seconds) ? null : setTimeout(() => child.kill(2), seconds * 1000)
  const output = await new Response(child.stdout).text()
  if (early) clearTimeout(early)
  const line = /^\{.*\}$/m.exec(output)?.[0]
  if (!line) throw new Error(`wrk said: ${output}`)
  const { requests, us, p50, p99, failed, refused } = JSON.parse(line)
  if (failed + refused > 0 || requests === 0) {
    const example = output.slice(output.indexOf(line) + line.length).trim()
    throw new Error(`${failed} of ${requests} requests failed, ${refused} refused. ${example}`)
  }
  return { rate: requests / (us / 1e6), p50: p50 / 1000, p99: p99 / 1000, requests }
}
