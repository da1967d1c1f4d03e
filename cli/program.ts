import { Command } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { backupCommand, restoreCommand } from './backup.ts'
import { chatCommand } from './chat.ts'
import { doctorCommand } from './doctor.ts'
import { withStop } from './lib/failure.ts'
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

Settings come from flags, then from DOUYIN_* variables. Each command has its own --help.
The exit status is 0, 1 if something went wrong, or 2 if the command was not understood.`,
    )
  for (const group of [program, ...program.commands]) {
    if (group.commands.length > 0) addHelp(group)
  }
  prepare(program)
  return program
}

/** `help NAME`, which commander's own one takes for `help` if there is no such command. */
function addHelp(group: Command): void {
  const help = new Command('help')
    .description('display help for command')
    .argument('[command]')
    .action((name?: string) => {
      const shown = name ? group.commands.find((one) => one.name() === name) : group
      if (!shown) return group.error(`error: unknown command '${name}'`)
      shown.outputHelp()
    })
  group.helpCommand(false).addCommand(help)
}

/**
 * Leaves the exit status to the entry, so that output under way is written whole, and ends the
 * sentences of commander as ours end.
 */
function prepare(command: Command): void {
  command.exitOverride()
  command.configureOutput({ outputError: (text, write) => write(`${withStop(text.trim())}\n`) })
  for (const child of command.commands) prepare(child)
}
