import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { AppError } from '../../../errors.ts'
import type { FileInfo } from '../../inspect/file-info.ts'
import { readFileInfo } from '../../inspect/read-file-info.ts'
import { encodePicture } from '../../still/picture.ts'
import type { ProgramResult, Reply, Request } from '../messages.ts'
import { dieWithParent } from './die-with-parent.ts'
import { isWorn, runProgram } from './run-program.ts'

/**
 * Makes this process a media child: it does the jobs that its parent sends over IPC, one at a time,
 * and ends with its parent. Whatever a hostile file does to it, the parent can kill it and go on.
 * With `background` as the argument after the subcommand it runs at low priority.
 */
export function runMediaChild(): void {
  if (process.argv.includes('background')) setPriority(0, 10)
  dieWithParent()
  // Its memory is the first that the system takes back, not the server's.
  raiseOomScore()
  process.on('disconnect', () => process.exit(0))
  // A terminal's Ctrl-C reaches every process of the group; the parent decides when to end.
  process.on('SIGINT', () => {})
  process.on('message', async (request: Request) => {
    const reply = await handle(request)
    try {
      process.send?.(reply, undefined, undefined, () => {
        if (isWorn()) process.exit(0)
      })
    } catch {
      // A parent that is gone needs no reply, and no child.
      process.exit(0)
    }
  })
}

async function handle(request: Request): Promise<Reply<ProgramResult | FileInfo | undefined>> {
  try {
    return { kind: 'done', value: await replyTo(request) }
  } catch (error) {
    if (error instanceof AppError) {
      return { kind: 'refused', code: error.code, details: error.details }
    }
    return { kind: 'failed', message: error instanceof Error ? (error.stack ?? '') : String(error) }
  }
}

function replyTo(request: Request): Promise<ProgramResult | FileInfo | undefined> {
  if (request.kind === 'program') return runProgram(request.program)
  if (request.kind === 'file-info') return readFileInfo(request.path)
  const { path, side, target } = request.picture
  return encodePicture(path, side, target).then(() => undefined)
}

function raiseOomScore(): void {
  try {
    if (process.platform === 'linux') writeFileSync('/proc/self/oom_score_adj', '800')
  } catch {
    // Where that may not be written, the system chooses by size.
  }
}
