import { AppError } from '../../errors.ts'
import { bareEnvironment } from '../environment.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import type { PictureJob, ProgramJob, ProgramResult, Reply, Request } from './messages.ts'
import { selfCommand } from './self-command.ts'

/** Why a job got no reply: its child died, or was killed for taking too long. */
export class ChildLost extends Error {
  readonly reason: 'timeout' | 'crash' | 'memory'

  constructor(reason: ChildLost['reason']) {
    super(`the media child was lost: ${reason}`)
    this.reason = reason
  }
}

/** A media child, seen from its parent. It takes one job at a time. */
export interface MediaChild {
  readonly pid: number
  /** False once it has exited or was killed. */
  readonly alive: boolean
  /** @throws ChildLost, if it dies at the job or is killed after `timeoutMs` */
  runProgram(program: ProgramJob, timeoutMs: number): Promise<ProgramResult>
  /**
   * @throws ChildLost, if it dies at the job or is killed after `timeoutMs`; AppError of
   *   readFileInfo; Error, if the file can't be read
   */
  readFileInfo(path: string, timeoutMs: number): Promise<FileInfo>
  /**
   * @throws ChildLost, if it dies at the job or is killed after `timeoutMs`; AppError of
   *   encodePicture; Error, if a file can't be read or written
   */
  picture(picture: PictureJob, timeoutMs: number): Promise<void>
  /** @param reason of the loss, for the job that it has */
  kill(reason?: ChildLost['reason']): void
}

/**
 * Starts a media child, at low priority if `background`. At whatever moment it dies, the job that it
 * has, or is given next, is rejected with ChildLost, and nothing else is rejected.
 * @param command starts it; this program itself, unless a test replaces it
 */
export function startMediaChild(background: boolean, command = selfCommand()): MediaChild {
  let receive = (_: Reply<never> | null) => {}
  let reason: ChildLost['reason'] = 'crash'
  let alive = true
  const child = Bun.spawn([...command, ...(background ? ['background'] : [])], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: bareEnvironment(),
    ipc: (reply: Reply<never>) => receive(reply),
    // A child that can't be talked to is of no use, even if it lives on.
    onDisconnect: () => kill(),
    onExit() {
      alive = false
      receive(null)
    },
  })
  // A server that has nothing else to do may end; the child then ends with it.
  child.unref()

  const kill = (why?: ChildLost['reason']) => {
    if (why) reason = why
    alive = false
    child.kill('SIGKILL')
  }
  const ask = async <T>(request: Request, timeoutMs: number): Promise<T> => {
    // An exit that is already known would not end the wait below.
    if (!alive) throw new ChildLost(reason)
    // The exit resolves it too: nothing is rejected that nobody awaits, which would end the server.
    const { promise, resolve } = Promise.withResolvers<Reply<T> | null>()
    receive = resolve
    const timer = setTimeout(() => kill('timeout'), timeoutMs)
    try {
      // A child that doesn't listen yet finds the request when it does.
      child.send(request)
    } catch {
      // The channel is closed, but the exit is not known yet.
      kill()
    }
    const reply = await promise
    clearTimeout(timer)
    if (!reply) throw new ChildLost(reason)
    if (reply.kind === 'refused') throw new AppError(reply.code, reply.details)
    if (reply.kind === 'failed') throw new Error(reply.message)
    return reply.value
  }
  return {
    pid: child.pid,
    get alive() {
      return alive
    },
    runProgram: (program, timeoutMs) => ask({ kind: 'program', program }, timeoutMs),
    readFileInfo: (path, timeoutMs) => ask({ kind: 'file-info', path }, timeoutMs),
    picture: (picture, timeoutMs) => ask({ kind: 'picture', picture }, timeoutMs),
    kill,
  }
}
