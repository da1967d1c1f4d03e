import { setPriority } from 'node:os'
import { AppError } from '../../../errors.ts'
import { readFileInfo } from '../../inspect/read-file-info.ts'
import { type Reply, type Request, readyMessage } from '../messages.ts'
import { runProgram } from './run-program.ts'

/**
 * Makes this process a media child: it does the jobs that its parent sends over IPC, one at a time,
 * and ends with its parent. Whatever a hostile file does to it, the parent can kill it and go on.
 * With `background` as the argument after the subcommand it runs at low priority.
 */
export function runMediaChild(): void {
  if (process.argv.includes('background')) setPriority(0, 10)
  process.on('disconnect', () => process.exit(0))
  // A terminal's Ctrl-C reaches every process of the group; the parent decides when to end.
  process.on('SIGINT', () => {})
  // Jobs that interleave would each hold an instance of ffmpeg: strictly one after the other.
  let last: Promise<void> = Promise.resolve()
  process.on('message', (request: Request) => {
    last = last.then(async () => send(await handle(request)))
  })
  send(readyMessage)
}

/** A parent that is gone needs no reply, and no child. */
function send(message: Reply | typeof readyMessage): void {
  try {
    process.send?.(message)
  } catch {
    process.exit(0)
  }
}

async function handle(request: Request): Promise<Reply> {
  try {
    return request.kind === 'file-info'
      ? { kind: 'file-info', info: await readFileInfo(request.path) }
      : { kind: 'program', result: await runProgram(request.program) }
  } catch (error) {
    if (error instanceof AppError) {
      return { kind: 'refused', code: error.code, details: error.details }
    }
    return { kind: 'failed', message: error instanceof Error ? (error.stack ?? '') : String(error) }
  }
}
