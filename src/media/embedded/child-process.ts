import { AppError } from '../../errors.ts'
import { bareEnvironment } from '../environment.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import {
  type ProgramJob,
  type ProgramResult,
  type Reply,
  type Request,
  readyMessage,
} from './messages.ts'
import { selfCommand } from './self-command.ts'

/** Why a job got no reply: its child died, or was killed for taking too long. */
export class ChildLost extends Error {
  readonly reason: 'timeout' | 'crash'

  constructor(reason: 'timeout' | 'crash') {
    super(`the media child was lost: ${reason}`)
    this.reason = reason
  }
}

/** A media child, seen from its parent. It takes one job at a time. */
export interface MediaChild {
  readonly pid: number
  /** False once it has exited or was killed. */
  readonly alive: boolean
  /** How many times it ran a program, which is what wears it. */
  readonly runs: number
  /** @throws ChildLost, if it dies at the job or is killed after `timeoutMs` */
  runProgram(program: ProgramJob, timeoutMs: number): Promise<ProgramResult>
  /**
   * @throws ChildLost, if it dies at the job or is killed after `timeoutMs`; AppError not_a_video,
   *   video_damaged; Error, if the file can't be read
   */
  readFileInfo(path: string, timeoutMs: number): Promise<FileInfo>
  kill(): void
}

const startTimeoutMs = 15_000

/**
 * Starts a media child, at low priority if `background`. At whatever moment it dies, the job that it
 * has, or is given next, is rejected with ChildLost, and nothing else is rejected.
 * @param command starts it; this program itself, unless a test replaces it
 */
export function startMediaChild(background: boolean, command = selfCommand()): MediaChild {
  const ready = promiseWithHandler<void>()
  let reply: PromiseWithResolvers<Reply> | undefined
  let reason: ChildLost['reason'] = 'crash'
  let lost: ChildLost | undefined
  let alive = true
  let runs = 0
  const child = Bun.spawn([...command, ...(background ? ['background'] : [])], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: bareEnvironment(),
    ipc: (message: Reply | typeof readyMessage) =>
      message === readyMessage ? ready.resolve() : reply?.resolve(message),
    // A child that can't be talked to is of no use, even if it lives on.
    onDisconnect: () => kill(),
    onExit() {
      alive = false
      lost = new ChildLost(reason)
      ready.reject(lost)
      reply?.reject(lost)
    },
  })
  // A server that has nothing else to do may end; the child then ends with it.
  child.unref()

  const kill = () => {
    alive = false
    child.kill('SIGKILL')
  }
  /** Waits for one step, and kills the child if it takes too long; its exit then ends the step. */
  const within = async <T>(step: Promise<T>, timeoutMs: number): Promise<T> => {
    const timer = setTimeout(() => {
      reason = 'timeout'
      kill()
    }, timeoutMs)
    try {
      return await step
    } finally {
      clearTimeout(timer)
    }
  }
  const ask = async (request: Request, timeoutMs: number): Promise<Reply> => {
    await within(ready.promise, startTimeoutMs)
    // An exit that is already known would not reject the promise below.
    if (lost) throw lost
    reply = promiseWithHandler<Reply>()
    try {
      child.send(request)
    } catch {
      // The channel is closed, but the exit is not known yet; it rejects the reply.
      kill()
    }
    const received = await within(reply.promise, timeoutMs)
    if (received.kind === 'refused') throw new AppError(received.code, received.details)
    return received
  }
  return {
    pid: child.pid,
    get alive() {
      return alive
    },
    get runs() {
      return runs
    },
    async runProgram(program, timeoutMs) {
      runs++
      const received = await ask({ kind: 'program', program }, timeoutMs)
      if (received.kind === 'program') return received.result
      // ffmpeg accessed memory out of its bounds: the state of the process can't be trusted.
      kill()
      throw new ChildLost('crash')
    },
    async readFileInfo(path, timeoutMs) {
      const received = await ask({ kind: 'file-info', path }, timeoutMs)
      if (received.kind === 'file-info') return received.info
      throw new Error(received.kind === 'failed' ? received.message : 'a reply of another kind')
    },
    kill,
  }
}

/**
 * A promise that an event may reject at any time: a rejection that nobody awaits yet, or any more, is
 * not an unhandled one, which would end the server.
 */
function promiseWithHandler<T>(): PromiseWithResolvers<T> {
  const deferred = Promise.withResolvers<T>()
  deferred.promise.catch(() => {})
  return deferred
}
