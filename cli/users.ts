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

/** What `users sessions` was asked for. */
export interface SessionsOptions {
  readonly revoke?: true
  readonly json?: true
}

/** What `users remove` was asked for. */
export interface RemoveOptions {
  readonly yes?: true
  readonly json?: true
}

/** `douyin users`: who is there, and who may be. A running server sees every change at once. */
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
    .description('show who is registered, log users out, keep them out or remove them')
    .addCommand(list, { isDefault: true })
    .addCommand(show)
    .addCommand(sessionsCommand())
    .addCommand(passwdCommand())
    .addCommand(disableCommand('disable', 'log a user out everywhere and keep the account closed'))
    .addCommand(disableCommand('enable', 'let a disabled user log in again'))
    .addCommand(removeCommand())
    .addHelpText(
      'after',
      '\nWithout a command it lists, with the options of list (`douyin users list --help`).',
    )
    .addHelpText('after', examples('users --sort likes', 'users list --json', 'users show demo'))
}

const who = ['<name-or-id>', 'whose'] as const

function sessionsCommand(): Command {
  return new Command('sessions')
    .description('list where a user is logged in')
    .argument(...who)
    .option('--revoke', 'end them all')
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples('users sessions demo', 'users sessions demo --revoke'))
    .action(async (name: string, options: SessionsOptions, command: Command) => {
      const { showSessions } = await import('./users/sessions.ts')
      await showSessions(name, options, command)
    })
}

function passwdCommand(): Command {
  const command = new Command('passwd')
    .description('set the password of a user, who is logged out everywhere')
    .argument(...who)
    .addHelpText('after', '\nThe password is asked for, or read from standard input.')
    .addHelpText('after', examples('users passwd demo', 'users passwd demo < secret.txt'))
    .action(async (name: string, _: object, command: Command) => {
      const { changePassword } = await import('./users/passwd.ts')
      await changePassword(name, command)
    })
  for (const option of settingOptions('data', 'strictPasswords')) command.addOption(option)
  return command
}

function disableCommand(verb: 'disable' | 'enable', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument(...who)
    .addOption(settingOptions('data')[0]!)
    .addHelpText('after', examples(`users ${verb} demo`))
    .action(async (name: string, _: object, command: Command) => {
      const { setDisabled } = await import('./users/disable.ts')
      await setDisabled(name, verb === 'disable', command)
    })
}

function removeCommand(): Command {
  return new Command('remove')
    .description('remove a user for good, with videos, likes, comments, follows and messages')
    .argument(...who)
    .option('--yes', 'without being asked')
    .option('--json', 'print JSON')
    .addOption(settingOptions('data')[0]!)
    .addHelpText(
      'after',
      '\nIf it is stopped in between, the same command or the next start of the server goes on.',
    )
    .addHelpText('after', examples('users remove demo', 'users remove 7 --yes'))
    .action(async (name: string, options: RemoveOptions, command: Command) => {
      const { remove } = await import('./users/remove.ts')
      await remove(name, options, command)
    })
}
