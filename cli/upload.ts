import { Command, Option } from 'commander'
import type { Credentials } from './login.ts'
import { examples } from './ui.ts'

/** What `douyin upload` was asked for. */
export interface UploadOptions extends Credentials {
  readonly server: string
  readonly title?: string
  readonly json?: true
}

/** `douyin upload`: publishes files through the API of a server, here or elsewhere. */
export function uploadCommand(): Command {
  return new Command('upload')
    .description('publish videos on a server')
    .argument(
      '[file...]',
      'files, folders (with what is in them) and patterns such as "clips/*.mp4"',
    )
    .addOption(
      new Option('--server <url>', 'where to')
        .env('DOUYIN_SERVER')
        .default('http://127.0.0.1:8080'),
    )
    .addOption(new Option('--user <name>', 'whose videos they become').env('DOUYIN_USER'))
    .addOption(new Option('--password <password>', 'of that user').env('DOUYIN_PASSWORD'))
    .addOption(new Option('--token <token>', 'instead of user and password').env('DOUYIN_TOKEN'))
    .option('--title <text>', 'title of the videos (default: the name of each file)')
    .option('--json', 'print what became of each file as JSON')
    .addHelpText(
      'after',
      `
A password on the command line can be read in the list of processes by everybody on this machine:
leave it out to be asked for it, or put it into DOUYIN_PASSWORD.`,
    )
    .addHelpText(
      'after',
      examples(
        'upload clip.mp4 --user demo',
        'upload holiday/ "more/*.mov" --title 海边 --server http://192.168.1.7:8080',
      ),
    )
    .action(async (files: string[], options: UploadOptions) => {
      const { upload } = await import('./upload/run.ts')
      await upload(files, options)
    })
}
