import { Command, Option } from 'commander'
import type { MediaState } from '../src/store/media.ts'
import { wholeNumber } from './numbers.ts'
import { settingOptions } from './settings.ts'
import { examples } from './ui.ts'

const states = ['ready', 'queued', 'running', 'failed'] as const satisfies MediaState[]

/** What `videos list` was asked for. */
export interface ListOptions {
  readonly state?: MediaState
  readonly limit: number
  readonly json?: true
}

/** What `videos remove` was asked for. */
export interface RemoveOptions {
  readonly yes?: true
  readonly json?: true
}

/** `douyin videos`: what is published, and what became of it. Safe beside a running server. */
export function videosCommand(): Command {
  const id = wholeNumber(1, 1e12 - 1)
  const list = new Command('list')
    .description('list videos, newest first')
    .addOption(new Option('--state <state>', 'only those of this state').choices(states))
    .option('--limit <number>', 'how many at most; 0 for all', wholeNumber(0, 1e9), 50)
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('videos --state failed', 'videos list --limit 0 --json'))
    .action(async (options: ListOptions, command: Command) => {
      const { listVideos } = await import('./videos/list.ts')
      await listVideos(options, command)
    })
  const show = new Command('show')
    .description('show one video with its files and, if it failed, the reason')
    .argument('<id>', 'which one', id)
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('videos show 7', 'videos show 7 --json'))
    .action(async (id: number, options: { json?: true }, command: Command) => {
      const { showVideo } = await import('./videos/show.ts')
      await showVideo(id, options, command)
    })
  const remove = new Command('remove')
    .description('remove a video for good, with its likes, its comments and its files')
    .argument('<id>', 'which one', id)
    .option('--yes', 'without being asked')
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('videos remove 7', 'videos remove 7 --yes'))
    .action(async (id: number, options: RemoveOptions, command: Command) => {
      const { removeVideo } = await import('./videos/remove.ts')
      await removeVideo(id, options, command)
    })
  return new Command('videos')
    .description('show what is published, or remove it')
    .addCommand(list, { isDefault: true })
    .addCommand(show)
    .addCommand(remove)
    .addHelpText(
      'after',
      '\nWithout a command it lists, with the options of list (`douyin videos list --help`).',
    )
    .addHelpText('after', examples('videos', 'videos --state queued', 'videos remove 7'))
}
