import { setPriority } from 'node:os'
import { AppError } from '../../errors.ts'
import { examine } from '../examine.ts'
import { READY, type Reply, type Request } from './messages.ts'
import { runProgram } from './program.ts'

/**
 * Makes this process a media child: it does the jobs that its parent sends over IPC, one at a time,
 * and ends with its parent. Whatever a hostile file does to it, the parent can kill it and go on.
 * With `background` as the argument after the subcommand it runs at low priority.
 */
export function runMediaChild(): void {
  if (process.argv.includes('background')) setPriority(0, 10)
  process.on('disconnect', () => process.exit(0))
  // A terminal's Ctrl-C reaches every process of the group; when to end is the parent's to say.
  process.on('SIGINT', () => {})
  // Jobs that interleave would each hold an instance of ffmpeg: strictly one after the other.
  let last: Promise<void> = Promise.resolve()
  process.on('message', (request: Request) => {
    last = last.then(async () => {
      process.send!(await answer(request))
    })
  })
  process.send!(READY)
}

async function answer(request: Request): Promise<Reply> {
  try {
    if (request.kind === 'examine') {
      return { kind: 'examined', facts: await examine(request.path) }
    }
    return { kind: 'ran', ran: await runProgram(request) }
  } catch (error) {
    if (error instanceof AppError) {
      return { kind: 'refused', code: error.code, details: error.details }
    }
    return { kind: 'failed', message: error instanceof Error ? (error.stack ?? '') : String(error) }
  }
}
