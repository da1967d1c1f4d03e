import { startMediaChild } from '../../../src/media/embedded/child-process.ts'
import type { ProgramJob, ProgramResult } from '../../../src/media/embedded/messages.ts'

/** What hangs ends with its test; on a busy machine an honest job may take minutes. */
const timeoutMs = 300_000

/** Runs the embedded ffmpeg or ffprobe, for what a test wants to make or to see for itself. */
export function runEmbedded(program: ProgramJob): Promise<ProgramResult> {
  const run = last.then(() => {
    if (!child?.alive) child = startMediaChild(false)
    return child.runProgram(program, timeoutMs)
  })
  last = run.catch(() => {})
  return run
}

let child: ReturnType<typeof startMediaChild> | undefined

/** A child does one job at a time. */
let last: Promise<unknown> = Promise.resolve()
