import { Command, Option } from 'commander'
import {
  asDefault,
  examples,
  jsonOption,
  later,
  settingOption,
  wholeNumber,
} from './lib/options.ts'

/** `douyin videos`: lists, shows, retries and removes videos, also beside a running server. */
export function videosCommand(): Command {
  return new Command('videos')
    .description('list videos, show, retry or remove one')
    .addCommand(asDefault(listCommand()), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(retryCommand())
    .addCommand(removeCommand())
    .addHelpText('after', '\nWithout a command, `douyin videos` is `douyin videos list`.')
    .addHelpText('after', examples('videos', 'videos --state queued', 'videos remove 7'))
}

const id = ['<id>', 'id of the video', wholeNumber(1, 1e12 - 1)] as const

function listCommand(): Command {
  const states = ['ready', 'queued', 'running', 'delayed', 'failed'] as const
  return new Command('list')
    .description('list videos, newest first')
    .addOption(new Option('--state <state>', 'list only videos in this state').choices(states))
    .option('--limit <number>', 'videos listed at most; 0 for all', wholeNumber(0, 1e9), 50)
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('videos --state failed', 'videos list --limit 0 --json'))
    .action(later(async () => (await import('./videos/list.ts')).listVideos))
}

function showCommand(): Command {
  return new Command('show')
    .description('show a video with its files and, if it failed, the reason')
    .argument(...id)
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('videos show 7', 'videos show 7 --json'))
    .action(later(async () => (await import('./videos/show.ts')).showVideo))
}

function retryCommand(): Command {
  return new Command('retry')
    .description('try a delayed video again now: a running server begins within 15 seconds')
    .argument(...id)
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('videos --state delayed', 'videos retry 7'))
    .action(later(async () => (await import('./videos/retry.ts')).retryVideo))
}

function removeCommand(): Command {
  return new Command('remove')
    .description('remove a video for good, with its likes, comments and files')
    .argument(...id)
    .option('--yes', 'do not ask for confirmation')
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('videos remove 7', 'videos remove 7 --yes'))
    .action(later(async () => (await import('./videos/remove.ts')).removeVideo))
}
