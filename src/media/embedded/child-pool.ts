import { AppError } from '../../errors.ts'
import { createQueue } from '../../lib/queue.ts'
import type { Lane, Lanes } from '../ffmpeg.ts'
import { ChildLost, type MediaChild, startMediaChild } from './child-process.ts'

/** The media children of a server: started when needed, kept warm, replaced when worn. */
export interface ChildPool {
  /**
   * Does a job with a child of its own; once more with another one if the first dies.
   * @throws AppError busy, unavailable; and whatever `job` throws, ChildLost for one
   */
  run<T>(lane: Lane, job: (child: MediaChild) => Promise<T>): Promise<T>
  /** The ids of the processes that live now. */
  readonly pids: number[]
  close(): void
}

/** Each run has its own instance of ffmpeg, of which a little memory is never freed. */
const runsPerChild = 200

/** A child without work ends after this time; the next job waits 0.5 s for a new one. */
const idleMs = 5 * 60_000

interface IdleChild {
  readonly child: MediaChild
  readonly timer: NodeJS.Timeout
}

/** @param start starts a child, at low priority if `background`; replaced by tests */
export function createChildPool(lanes: Lanes, start = startMediaChild): ChildPool {
  const queues = {
    interactive: createQueue(lanes.interactive),
    background: createQueue(lanes.background),
  }
  const idle: Record<Lane, IdleChild[]> = { interactive: [], background: [] }
  const all = new Set<MediaChild>()
  let closed = false

  const take = (lane: Lane): MediaChild => {
    for (let next = idle[lane].pop(); next; next = idle[lane].pop()) {
      clearTimeout(next.timer)
      if (next.child.alive) return next.child
      all.delete(next.child)
    }
    const child = start(lane === 'background')
    all.add(child)
    return child
  }
  const end = (child: MediaChild) => {
    child.kill()
    all.delete(child)
  }
  const giveBack = (lane: Lane, child: MediaChild) => {
    if (closed || !child.alive || child.runs >= runsPerChild) return end(child)
    const entry: IdleChild = {
      child,
      timer: setTimeout(() => {
        idle[lane].splice(idle[lane].indexOf(entry), 1)
        end(child)
      }, idleMs),
    }
    entry.timer.unref()
    idle[lane].push(entry)
  }

  const runOnce = async <T>(lane: Lane, job: (child: MediaChild) => Promise<T>): Promise<T> => {
    const child = take(lane)
    try {
      return await job(child)
    } catch (error) {
      throw closed ? new AppError('unavailable') : error
    } finally {
      giveBack(lane, child)
    }
  }

  return {
    run: (lane, job) =>
      queues[lane].run(() =>
        runOnce(lane, job).catch((error) => {
          // The system kills a child when memory is short, which is not the file's fault: whether it
          // is, a second child shows.
          if (error instanceof ChildLost && error.reason === 'crash') return runOnce(lane, job)
          throw error
        }),
      ),
    get pids() {
      return [...all].filter((child) => child.alive).map((child) => child.pid)
    },
    close() {
      closed = true
      for (const queue of Object.values(queues)) queue.close()
      for (const { timer } of Object.values(idle).flat()) clearTimeout(timer)
      for (const child of all) child.kill()
      all.clear()
    },
  }
}
