#!/usr/bin/env bun
import { othersMask } from '../src/lib/modes.ts'
// The entry of the program: one sentence on stderr and an exit status ≠ 0 when something fails.
import { mediaCommand } from '../src/media/embedded/self-command.ts'
import { report } from './lib/failure.ts'

// Whatever this program makes is for its own user: the database, videos, backups, and what it starts.
process.umask(othersMask)

// A reader that closes the pipe (`douyin users | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

if (process.argv[2] === mediaCommand) {
  const { runMediaChild } = await import('../src/media/embedded/child/media-child.ts')
  runMediaChild()
} else {
  const { createProgram } = await import('./program.ts')
  try {
    await createProgram().parseAsync()
  } catch (error) {
    process.exitCode = report(error)
  }
}
