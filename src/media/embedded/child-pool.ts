import { AppError } from '../../errors.ts'
import { createQueue } from '../../lib/turns/queue.ts'
import type { Lane, Lanes } from '../ffmpeg.ts'
import type { MemoryGuard } from '../memory.ts'
import { ChildLost, type MediaChild, startMediaChild } from './child-process.ts'

/** The media children of a server: started when needed, kept warm, replaced when lost. */
export interface ChildPool {
  /**
   * Does a job with a child of its own; an interactive one once more with another if the first dies.
   * A job of the background is put back by whoever gave it.
   * @throws AppError busy, unavailable; and whatever `job` throws, ChildLost for one
   */
  run<T>(lane: Lane, job: (child: MediaChild) => Promise<T>): Promise<T>
  close(): void
}

/** Without a job for this time the children end; the next job waits 0.5 s for a new one. */
const idleMs = 5 * 60_000

/** @param start starts a child, at low priority if `background`; replaced by tests */
export function createChildPool(
  lanes: Lanes,
  start = startMediaChild,
  memory?: MemoryGuard,
): ChildPool {
  const queues = {
    interactive: createQueue(lanes.interactive),
    background: createQueue(lanes.background),
  }
  const idle: Record<Lane, MediaChild[]> = { interactive: [], background: [] }
  const busy = new Set<MediaChild>()
  /** Each child is watched as long as it lives: an idle one keeps what its last job needed. */
  const watches = new Map<MediaChild, () => void>()
  let closed = false
  const open = (lane: Lane): MediaChild => {
    const child = start(lane === 'background')
    const kill = () => child.kill('memory')
    const unwatch = memory?.watch(child.pid, kill, () => !busy.has(child))
    if (unwatch) watches.set(child, unwatch)
    return child
  }
  const drop = (child: MediaChild) => {
    watches.get(child)?.()
    watches.delete(child)
    child.kill()
  }
  const endIdle = () => {
    for (const children of Object.values(idle)) {
      for (const child of children.splice(0)) drop(child)
    }
  }
  const idleTimer = setTimeout(endIdle, idleMs).unref()

  const runOnce = async <T>(lane: Lane, job: (child: MediaChild) => Promise<T>): Promise<T> => {
    let child = idle[lane].pop()
    while (child && !child.alive) {
      drop(child)
      child = idle[lane].pop()
    }
    child ??= open(lane)
    busy.add(child)
    try {
      return await job(child)
    } catch (error) {
      throw closed ? new AppError('unavailable') : error
    } finally {
      busy.delete(child)
      if (closed || !child.alive) drop(child)
      else {
        idle[lane].push(child)
        idleTimer.refresh()
      }
    }
  }

  return {
    run: (lane, job) =>
      queues[lane].run(() =>
        runOnce(lane, job).catch((error) => {
          // The system kills a child when memory is short, which is not the file's fault: whether it
          // is, a second child shows.
          const isLost = error instanceof ChildLost && error.reason === 'crash'
          if (isLost && lane === 'interactive') return runOnce(lane, job)
          throw error
        }),
      ),
    close() {
      closed = true
      clearTimeout(idleTimer)
      for (const queue of Object.values(queues)) queue.close()
      endIdle()
      for (const child of busy) child.kill()
    },
  }
}
