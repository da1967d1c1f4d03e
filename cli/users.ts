import { Command, Option } from 'commander'
import {
  asDefault,
  examples,
  jsonOption,
  later,
  settingOption,
  wholeNumber,
} from './lib/options.ts'

/** `douyin users`: manages accounts. A running server sees every change at once. */
export function usersCommand(): Command {
  return new Command('users')
    .description('list users, add, invite, log out, disable or remove them')
    .addCommand(asDefault(listCommand()), { isDefault: true })
    .addCommand(addCommand())
    .addCommand(inviteCommand())
    .addCommand(showCommand())
    .addCommand(sessionsCommand())
    .addCommand(passwdCommand())
    .addCommand(disableCommand('disable', 'log a user out everywhere and refuse further logins'))
    .addCommand(disableCommand('enable', 'let a disabled user log in again'))
    .addCommand(removeCommand())
    .addHelpText('after', '\nWithout a command, `douyin users` is `douyin users list`.')
    .addHelpText('after', examples('users --sort likes', 'users list --json', 'users show demo'))
}

const user = ['<name-or-id>', 'name or id of the user'] as const

function listCommand(): Command {
  const columns = ['id', 'name', 'works', 'likes', 'followers', 'created', 'seen'] as const
  return new Command('list')
    .description('list users')
    .addOption(new Option('--sort <column>', 'column to sort by').choices(columns).default('id'))
    .option('--limit <number>', 'users listed at most; 0 for all', wholeNumber(0, 1e9), 50)
    .option('--search <text>', 'list only users whose name contains this text')
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('users --sort followers --limit 10', 'users --search 猫 --json'))
    .action(later(async () => (await import('./users/list.ts')).listUsers))
}

function showCommand(): Command {
  return new Command('show')
    .description('show a user with videos, sessions and conversation partners')
    .argument(...user)
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', '\nOf the videos and the conversation partners, the newest 20 are shown.')
    .addHelpText('after', examples('users show demo', 'users show 7 --json'))
    .action(later(async () => (await import('./users/show.ts')).showUser))
}

function addCommand(): Command {
  return new Command('add')
    .description('add a user, whoever else may register')
    .argument('<name>', 'name of the new user')
    .option('--generate', 'make the password and print it once')
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addOption(settingOption('strictPasswords'))
    .addHelpText('after', '\nThe password is asked for, or read from standard input.')
    .addHelpText('after', examples('users add alice', 'users add alice --generate'))
    .action(later(async () => (await import('./users/add.ts')).addUser))
}

function inviteCommand(): Command {
  return new Command('invite')
    .description('make codes that one person each may register with, list or revoke them')
    .option('--days <number>', 'days for which a code can be used', wholeNumber(1, 3650), 7)
    .option('--count <number>', 'codes that are made', wholeNumber(1, 1000), 1)
    .option('--list', 'list the invites that can still be used')
    .addOption(
      new Option('--revoke <id>', 'end the invite of that id')
        .argParser(wholeNumber(1, 1e12))
        .conflicts('list'),
    )
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addOption(settingOption('registration'))
    .addHelpText(
      'after',
      '\nA code is the parameter `invite` of /douyin/user/register; an app that has no field for it\nneeds `douyin users add` instead.',
    )
    .addHelpText(
      'after',
      examples('users invite', 'users invite --list', 'users invite --revoke 3'),
    )
    .action(later(async () => (await import('./users/invite.ts')).invite))
}

function sessionsCommand(): Command {
  return new Command('sessions')
    .description('list the sessions of a user, or end them')
    .argument(...user)
    .option('--revoke', 'end all sessions of the user')
    .addHelpText(
      'after',
      '\nA user has at most 50 sessions; one login more ends the one that was used longest ago.',
    )
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText('after', examples('users sessions demo', 'users sessions demo --revoke'))
    .action(later(async () => (await import('./users/sessions.ts')).showSessions))
}

function passwdCommand(): Command {
  return new Command('passwd')
    .description('set the password of a user and end all sessions of that user')
    .argument(...user)
    .addOption(settingOption('data'))
    .addOption(settingOption('strictPasswords'))
    .addHelpText('after', '\nThe password is asked for, or read from standard input.')
    .addHelpText('after', examples('users passwd demo', 'users passwd demo < secret.txt'))
    .action(later(async () => (await import('./users/passwd.ts')).changePassword))
}

function disableCommand(verb: 'disable' | 'enable', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument(...user)
    .addOption(settingOption('data'))
    .addHelpText('after', examples(`users ${verb} demo`))
    .action(later(async () => (await import('./users/disable.ts')).setDisabled))
}

function removeCommand(): Command {
  return new Command('remove')
    .description('remove a user for good, with videos, likes, comments, follows and messages')
    .argument(...user)
    .option('--yes', 'do not ask for confirmation')
    .addOption(jsonOption())
    .addOption(settingOption('data'))
    .addHelpText(
      'after',
      '\nA removal that was interrupted is finished by running the command again, or by the next start\nof the server. At its end the whole database is written anew: writes of the server wait for that,\n0.6 s for 100 MB, and are refused after 30 s.',
    )
    .addHelpText('after', examples('users remove demo', 'users remove 7 --yes'))
    .action(later(async () => (await import('./users/remove.ts')).remove))
}
