import { join } from 'node:path'
import { pinned } from '../servers/process.ts'
import type { Cast } from '../world/cast.ts'
import type { Case } from './cases.ts'

/** Writes per second, and µs of processor time for each. */
export interface Loop {
  readonly rate: number
  readonly cpu: number
}

/** One write as the store gets it, whatever its endpoint. */
export interface Write {
  readonly userId: number
  readonly targetId: number
  /** Off takes a like or a follow back. */
  readonly on: boolean
  readonly text: string
}

export interface LoopOptions {
  /** The directory of a world that no server has open. */
  readonly directory: string
  readonly kind: string
  readonly writes: readonly Write[]
  readonly batch: number
  readonly seconds: number
}

/**
 * The same writes without a server: one loop over bun:sqlite with the statements of the store, as
 * many to a transaction as there are connections. What SQLite itself allows on this machine.
 */
export async function bareLoop(
  directory: string,
  one: Case,
  cast: Cast,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Loop> {
  const ids = new Map(cast.viewers.map(({ id, token }) => [token, id]))
  const writes = one.requests().map((line) => writeOf(line, ids))
  const options: LoopOptions = { directory, kind: one.name, writes, batch: connections, seconds }
  const script = join(import.meta.dir, 'bare-loop-child.ts')
  const child = Bun.spawn(pinned('server', [process.execPath, script]), {
    stdio: [new Blob([JSON.stringify(options)]), 'pipe', 'inherit'],
  })
  const output = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the bare loop ended with an error')
  return JSON.parse(output)
}

function writeOf(line: string, ids: ReadonlyMap<string, number>): Write {
  const { searchParams: given } = new URL(line.slice(line.indexOf('/')), 'http://localhost')
  return {
    userId: ids.get(given.get('token') ?? '')!,
    targetId: Number(given.get('video_id') ?? given.get('to_user_id')),
    on: given.get('action_type') === '1',
    text: given.get('comment_text') ?? given.get('content') ?? '',
  }
}
