import { AppError } from '../../errors.ts'
import { READY, type Reply, type Request } from './messages.ts'
import { selfCommand } from './paths.ts'

/** How a job ended that got no answer. */
export class ChildLost extends Error {
  readonly reason: 'timeout' | 'crash'

  constructor(reason: 'timeout' | 'crash') {
    super(`the media child was lost: ${reason}`)
    this.reason = reason
  }
}

/** A media child, seen from its parent. */
export interface MediaProcess {
  readonly pid: number
  /** False once it has exited or was killed. */
  readonly alive: boolean
  /** How many times it ran ffmpeg, which is what wears it. */
  readonly runs: number
  /**
   * Sends one job; the next one only after the answer.
   * @throws ChildLost if it dies or is killed after `timeout` ms; AppError as the job found; Error if
   *   the file can't be read
   */
  ask(request: Request, timeout: number): Promise<Extract<Reply, { kind: 'ran' | 'examined' }>>
  kill(): void
}

const START_TIMEOUT = 15_000

/** Starts this program again as a media child, at low priority if `background`. */
export function startMediaProcess(background: boolean): MediaProcess {
  const ready = Promise.withResolvers<void>()
  let answer: PromiseWithResolvers<Reply> | undefined
  let alive = true
  let runs = 0
  let reason: ChildLost['reason'] = 'crash'
  const child = Bun.spawn([...selfCommand(), ...(background ? ['background'] : [])], {
    stdio: ['ignore', 'ignore', 'ignore'],
    // The child parses what strangers send: it gets none of the server's secrets.
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
    ipc: (message: Reply | typeof READY) =>
      message === READY ? ready.resolve() : answer?.resolve(message),
    onExit() {
      alive = false
      ready.reject(new ChildLost(reason))
      answer?.reject(new ChildLost(reason))
    },
  })
  ready.promise.catch(() => {})
  // A server that has nothing else to do may end; the child then ends with it.
  child.unref()

  const kill = () => {
    alive = false
    child.kill('SIGKILL')
  }
  /** Waits for one step, and kills the child if it takes too long. */
  const within = async <T>(step: Promise<T>, timeout: number): Promise<T> => {
    const timer = setTimeout(() => {
      reason = 'timeout'
      kill()
    }, timeout)
    try {
      return await step
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    pid: child.pid,
    get alive() {
      return alive
    },
    get runs() {
      return runs
    },
    kill,
    async ask(request, timeout) {
      if (request.kind === 'program') runs++
      await within(ready.promise, START_TIMEOUT)
      answer = Promise.withResolvers<Reply>()
      child.send(request)
      const reply = await within(answer.promise, timeout)
      if (reply.kind === 'refused') throw new AppError(reply.code, reply.details)
      if (reply.kind === 'failed') {
        if (request.kind !== 'program') throw new Error(reply.message)
        // ffmpeg ran out of its bounds: what is left of it can't be trusted.
        kill()
        throw new ChildLost('crash')
      }
      return reply
    },
  }
}
