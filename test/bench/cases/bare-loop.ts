import { join } from 'node:path'
import { type Measured, pinned } from '../servers/process.ts'
import type { Cast } from '../world/cast.ts'
import type { Case } from './cases.ts'
import { type Write, writeOf } from './plain-writes.ts'

/** Writes per second, and µs of processor time for each. */
export interface Loop {
  readonly rate: number
  readonly cpu: number
  /** Writes of a transaction. */
  readonly batch: number
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
 * The same writes without a server: one loop over bun:sqlite with the statements of the store. What
 * SQLite itself allows on this machine.
 * @param batch writes of a transaction
 */
export async function bareLoop(
  directory: string,
  one: Case,
  cast: Cast,
  { batch, seconds }: { batch: number; seconds: number },
): Promise<Loop> {
  const ids = new Map(idsOf(cast))
  const writes = one.requests().map((line) => writeOf(line, ids))
  const options: LoopOptions = { directory, kind: one.name, writes, batch, seconds }
  const script = join(import.meta.dir, 'bare-loop-child.ts')
  const child = Bun.spawn(pinned('server', [process.execPath, script]), {
    stdio: [new Blob([JSON.stringify(options)]), 'pipe', 'inherit'],
  })
  const output = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the bare loop ended with an error')
  return { ...JSON.parse(output), batch }
}

/** Ids of the viewers, by their tokens. */
export const idsOf = ({ viewers }: Cast): [string, number][] =>
  viewers.map(({ id, token }) => [token, id])

/**
 * Tells how many writes a server put into a transaction, on average, since it was last asked; the
 * loop is to do the same.
 */
export function createBatchSize(server: Measured): () => Promise<number> {
  let before = { writes: 0, commits: 0 }
  return async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
    const now = {
      writes: value('douyin_commit_writes_sum'),
      commits: value('douyin_commit_writes_count'),
    }
    const mean = (now.writes - before.writes) / (now.commits - before.commits)
    before = now
    if (!(mean > 0)) throw new Error('the metrics tell of no commit')
    return Math.max(1, Math.round(mean))
  }
}
