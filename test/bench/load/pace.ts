import { join } from 'node:path'
import { pinned } from '../servers/process.ts'
import type { Drive } from './load.ts'

export interface PacedOptions {
  readonly url: string
  /** Lines of `METHOD path`. */
  readonly file: string
  /** Requests per second, on average. */
  readonly rate: number
  readonly connections: number
  readonly seconds: number
}

export interface PacedResult extends Drive {
  readonly failed: number
  readonly example: string
}

/** Sends requests at a rate of ours instead of each after the response before it; see `paced-load.ts`. */
export async function pace(options: PacedOptions): Promise<Drive> {
  const script = join(import.meta.dir, 'paced-load.ts')
  const command = pinned('load', [process.execPath, script, JSON.stringify(options)])
  const child = Bun.spawn(command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the paced load ended with an error')
  const { failed, example, ...drive }: PacedResult = JSON.parse(output)
  if (failed > 0) throw new Error(`${failed} of ${drive.requests} requests failed. ${example}`)
  return drive
}
