import { Command } from 'commander'
import { examples, jsonOption, later, loginOptions } from './lib/options.ts'

/** `douyin upload`: publishes files through the API of a server, here or elsewhere. */
export function uploadCommand(): Command {
  const command = new Command('upload')
    .description('publish videos on a server')
    .argument('[file...]', 'files, folders (searched for videos) and patterns like "clips/*.mp4"')
  for (const option of loginOptions()) command.addOption(option)
  return command
    .option('--title <text>', 'title of the videos (default: the name of each file)')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Other users of this machine can read a password on the command line in the list of processes: leave
it out to be asked for it, or set DOUYIN_PASSWORD. With a password the command has a session of its own,
which ends with it, so that the user's phones stay logged in (a user has at most 50 sessions; one more
ends the one that was used longest ago); with --token it uses one that stays.`,
    )
    .addHelpText(
      'after',
      examples(
        'upload clip.mp4 --user demo',
        'upload holiday/ "more/*.mov" --title 海边 --server http://192.168.1.7:8080',
      ),
    )
    .action(later(async () => (await import('./upload/run.ts')).upload))
}
