import { Command, Option } from 'commander'
import { wholeNumber } from './numbers.ts'
import { settingOptions } from './settings.ts'
import { examples } from './ui.ts'

const sorts = ['id', 'name', 'works', 'likes', 'followers', 'created', 'seen'] as const

/** What `users list` was asked for. */
export interface ListOptions {
  readonly sort: (typeof sorts)[number]
  readonly limit: number
  readonly search?: string
  readonly json?: true
}

/** `douyin users`: who is there. Reads beside a running server and never changes anything. */
export function usersCommand(): Command {
  const list = new Command('list')
    .description('list users')
    .addOption(new Option('--sort <column>', 'order').choices(sorts).default('id'))
    .option('--limit <number>', 'how many at most; 0 for all', wholeNumber(0, 1e9), 50)
    .option('--search <text>', 'only names that contain this')
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('users --sort followers --limit 10', 'users --search 猫 --json'))
    .action(async (options: ListOptions, command: Command) => {
      const { listUsers } = await import('./users/list.ts')
      await listUsers(options, command)
    })
  const show = new Command('show')
    .description('show one user with videos, sessions and conversation partners')
    .argument('<name-or-id>', 'whom to show')
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('users show demo', 'users show 7 --json'))
    .action(async (who: string, options: { json?: true }, command: Command) => {
      const { showUser } = await import('./users/show.ts')
      await showUser(who, options, command)
    })
  return new Command('users')
    .description('show who is registered')
    .addCommand(list, { isDefault: true })
    .addCommand(show)
    .addHelpText(
      'after',
      '\nWithout a command it lists, with the options of list (`douyin users list --help`).',
    )
    .addHelpText('after', examples('users --sort likes', 'users list --json', 'users show demo'))
}
