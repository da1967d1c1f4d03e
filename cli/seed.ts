import { Command } from 'commander'
import { examples, jsonOption, later, settingOption, wholeNumber } from './lib/options.ts'

/** `douyin seed`: a small world to look around in. */
export function seedCommand(): Command {
  return new Command('seed')
    .description('fill a data directory with made-up users, videos, likes, comments and messages')
    .option('--users <number>', 'users', wholeNumber(1, 1_000_000), 20)
    .option('--videos <number>', 'videos', wholeNumber(0, 10_000_000), 60)
    .option('--seed <number>', 'the same number makes the same data', wholeNumber(0, 1e9), 1)
    .option('--likes <number>', 'likes (default: in proportion)', wholeNumber(0, 1e9))
    .option('--comments <number>', 'comments (default: in proportion)', wholeNumber(0, 1e9))
    .option('--follows <number>', 'follows (default: in proportion)', wholeNumber(0, 1e9))
    .option('--messages <number>', 'chat messages (default: in proportion)', wholeNumber(0, 1e9))
    .option('--clips <number>', 'different clips among the videos', wholeNumber(1, 12), 12)
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText(
      'after',
      `
All of these users have the password douyin123; log in as demo (as demo2 with --seed 2, and so on).
The data is added to what is there, also beside a running server. The same --seed twice is refused.`,
    )
    .addHelpText(
      'after',
      examples('seed', 'seed --users 500 --videos 2000 --seed 7 --data /srv/douyin'),
    )
    .action(later(async () => (await import('./seed/run.ts')).seed))
}
