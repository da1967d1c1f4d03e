import { Command } from 'commander'
import { wholeNumber } from './numbers.ts'
import { settingOptions } from './settings.ts'
import { examples } from './ui.ts'

/** What `douyin seed` was asked for, as text. */
export type SeedOptions = Record<'users' | 'videos' | 'seed', number> &
  Partial<Record<'likes' | 'comments' | 'follows' | 'messages' | 'clips', number>> & { json?: true }

/** `douyin seed`: a small world to look around in. */
export function seedCommand(): Command {
  const command = new Command('seed')
    .description('fill a data directory with made-up people and what they do')
    .option('--users <number>', 'people', wholeNumber(1, 1_000_000), 20)
    .option('--videos <number>', 'videos', wholeNumber(0, 10_000_000), 60)
    .option('--seed <number>', 'the same number gives the same world', wholeNumber(0, 1e9), 1)
    .option('--likes <number>', 'likes (default: in proportion)', wholeNumber(0, 1e9))
    .option('--comments <number>', 'comments (default: in proportion)', wholeNumber(0, 1e9))
    .option('--follows <number>', 'follows (default: in proportion)', wholeNumber(0, 1e9))
    .option('--messages <number>', 'chat messages (default: in proportion)', wholeNumber(0, 1e9))
    .option('--clips <number>', 'different clips that the videos show', wholeNumber(1, 12), 12)
    .option('--json', 'print what was made as JSON')
    .addHelpText(
      'after',
      `
Everybody in it has the password douyin123; log in as demo (as demo2 with --seed 2, and so on).
A world is added to what is there, beside a running server too. Its own world twice is refused.`,
    )
    .addHelpText(
      'after',
      examples('seed', 'seed --users 500 --videos 2000 --seed 7 --data /srv/douyin'),
    )
    .action(async (options: SeedOptions) => {
      const { seed } = await import('./seed/run.ts')
      await seed(options, command)
    })
  for (const option of settingOptions('data')) command.addOption(option)
  return command
}
