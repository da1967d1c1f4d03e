import { AppError } from '../../errors.ts'
import type { Job, Lanes } from '../engine.ts'
import { createQueue } from '../queue.ts'
import type { Request } from './messages.ts'
import { type MediaProcess, startMediaProcess } from './process.ts'

/** The media children of a server: started when first needed, kept warm, replaced when worn. */
export interface Children {
  /** @throws AppError busy, unavailable; ChildLost; AppError as the job found */
  ask(lane: Job['lane'], request: Request, timeout: number): ReturnType<MediaProcess['ask']>
  /** The ids of the processes that live now. */
  readonly pids: number[]
  close(): void
}

/** ffmpeg.wasm leaks a little with each job. */
const JOBS_PER_CHILD = 50
/** Milliseconds after which a child without work is ended; the next job pays 0.5 s for a new one. */
const IDLE = 5 * 60_000

export function createChildren(lanes: Lanes): Children {
  const queues = {
    interactive: createQueue(lanes.interactive),
    background: createQueue(lanes.background),
  }
  const idle = { interactive: [] as MediaProcess[], background: [] as MediaProcess[] }
  const all = new Set<MediaProcess>()
  let closed = false

  const take = (lane: Job['lane']): MediaProcess => {
    for (let child = idle[lane].pop(); child; child = idle[lane].pop()) {
      if (child.alive) return child
      all.delete(child)
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
    if (closed || !child.alive || child.jobs >= JOBS_PER_CHILD) return end(child)
    idle[lane].push(child)
    const { jobs } = child
    const timer = setTimeout(() => {
      if (child.jobs !== jobs || !idle[lane].includes(child)) return
      idle[lane].splice(idle[lane].indexOf(child), 1)
      end(child)
    }, IDLE)
    timer.unref()
  }

  return {
    ask: (lane, request, timeout) =>
      queues[lane].run(async () => {
        const child = take(lane)
        try {
          return await child.ask(request, timeout)
        } catch (error) {
          throw closed ? new AppError('unavailable') : error
        } finally {
          giveBack(lane, child)
        }
      }),
    get pids() {
      return [...all].filter((child) => child.alive).map((child) => child.pid)
    },
    close() {
      closed = true
      for (const queue of Object.values(queues)) queue.close()
      for (const child of all) child.kill()
      all.clear()
    },
  }
}
