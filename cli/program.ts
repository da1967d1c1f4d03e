import { Command } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { backupCommand, restoreCommand } from './backup.ts'
import { chatCommand } from './chat.ts'
import { doctorCommand } from './doctor.ts'
import { licensesCommand } from './licenses.ts'
import { reportsCommand } from './reports.ts'
import { seedCommand } from './seed.ts'
import { serveCommand } from './serve.ts'
import { uploadCommand } from './upload.ts'
import { usersCommand } from './users.ts'
import { videosCommand } from './videos.ts'

/** The whole command line. Commands load what they need when they run, so `--help` is quick. */
export function createProgram(): Command {
  const program = new Command('douyin')
    .description('Your own short-video service in one executable.')
    .version(manifest.version, '-V, --version', 'print the version')
    .addCommand(serveCommand())
    .addCommand(seedCommand())
    .addCommand(uploadCommand())
    .addCommand(chatCommand())
    .addCommand(usersCommand())
    .addCommand(videosCommand())
    .addCommand(reportsCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(doctorCommand())
    .addCommand(licensesCommand())
    .addHelpText(
      'after',
      `
Examples:
  $ douyin serve --demo                  run a server with demo data
  $ douyin upload clip.mp4 --user demo   publish a video on it
  $ douyin chat bob --user alice         chat with a user
  $ douyin users --sort followers        list users, most followers first
  $ douyin videos --state failed         list videos that could not be transcoded
  $ douyin backup /mnt/backup            copy everything, also beside a running server

Settings come from flags, then from DOUYIN_* variables. Each command has its own --help.`,
    )
  throwInsteadOfExit(program)
  return program
}

/** Leaves the exit status to the entry, so that output under way is written whole. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) throwInsteadOfExit(child)
}
