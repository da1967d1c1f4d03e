import { AppError } from '../../errors.ts'
import { createQueue } from '../../lib/queue.ts'
import type { Job, Lanes } from '../engine.ts'
import type { Request } from './messages.ts'
import { ChildLost, type MediaProcess, startMediaProcess } from './process.ts'

/** The media children of a server: started when first needed, kept warm, replaced when worn. */
export interface Children {
  /** @throws AppError busy, unavailable; ChildLost; AppError as the job found */
  ask(lane: Job['lane'], request: Request, timeout: number): ReturnType<MediaProcess['ask']>
  /** The ids of the processes that live now. */
  readonly pids: number[]
  close(): void
}

/** Each run has its own instance of ffmpeg, of which a little is left behind. */
const RUNS_PER_CHILD = 200
/** Milliseconds after which a child without work is ended; the next job pays 0.5 s for a new one. */
const IDLE = 5 * 60_000

interface Resting {
  readonly child: MediaProcess
  readonly timer: NodeJS.Timeout
}

export function createChildren(lanes: Lanes): Children {
  const queues = {
    interactive: createQueue(lanes.interactive),
    background: createQueue(lanes.background),
  }
  const idle = { interactive: [] as Resting[], background: [] as Resting[] }
  const all = new Set<MediaProcess>()
  let closed = false

  const take = (lane: Job['lane']): MediaProcess => {
    for (let resting = idle[lane].pop(); resting; resting = idle[lane].pop()) {
      clearTimeout(resting.timer)
      if (resting.child.alive) return resting.child
      all.delete(resting.child)
    }
    const child = startMediaProcess(lane === 'background')
    all.add(child)
    return child
  }
  const end = (child: MediaProcess) => {
    child.kill()
    all.delete(child)
  }
  const giveBack = (lane: Job['lane'], child: MediaProcess) => {
    if (closed || !child.alive || child.runs >= RUNS_PER_CHILD) return end(child)
    const resting: Resting = {
      child,
      timer: setTimeout(() => {
        idle[lane].splice(idle[lane].indexOf(resting), 1)
        end(child)
      }, IDLE),
    }
    resting.timer.unref()
    idle[lane].push(resting)
  }

  const once: Children['ask'] = async (lane, request, timeout) => {
    const child = take(lane)
    try {
      return await child.ask(request, timeout)
    } catch (error) {
      throw closed ? new AppError('unavailable') : error
    } finally {
      giveBack(lane, child)
    }
  }

  return {
    ask: (lane, request, timeout) =>
      queues[lane].run(() =>
        once(lane, request, timeout).catch((error) => {
          // The system kills a child when memory is short, which is no fault of the file: a second
          // one tells whether it is.
          if (error instanceof ChildLost && error.reason === 'crash') {
            return once(lane, request, timeout)
          }
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
