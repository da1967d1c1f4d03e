import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Config, settings, variableOf } from '../../src/config.ts'

/** The option of a setting, with its variable and default shown in the help. */
export function settingOption(name: keyof Config): Option {
  const { flag, help, fallback } = settings[name]
  const option = new Option(flag, help).env(variableOf({ flag }))
  return fallback === undefined ? option : option.default(fallback)
}

/** The options of all settings, in their order. */
export const allSettingOptions = (): Option[] =>
  (Object.keys(settings) as (keyof Config)[]).map(settingOption)

/** `--json`, for a command whose result another program may read. */
export const jsonOption = (): Option => new Option('--json', 'print JSON')

/** The options of a command that calls a server as one of its users. */
export const loginOptions = (): Option[] => [
  new Option('--server <url>', 'address of the server')
    .env('DOUYIN_SERVER')
    .default('http://127.0.0.1:8080'),
  new Option('--user <name>', 'user to log in as, for as long as the command runs').env(
    'DOUYIN_USER',
  ),
  new Option('--password <password>', 'password of that user').env('DOUYIN_PASSWORD'),
  new Option('--token <token>', 'token to use instead of user and password').env('DOUYIN_TOKEN'),
]

/** The list that a group of commands is by itself: a word after it is a command that isn't there. */
export function asDefault(list: Command): Command {
  return list.allowExcessArguments().hook('preAction', () => {
    const [word] = list.args
    const group = list.parent
    if (word === undefined || !group) return
    const isNamed = group.args[0] === list.name()
    const what = isNamed ? `too many arguments for '${list.name()}':` : 'unknown command'
    group.error(`error: ${what} '${word}'`)
  })
}

/** The action of a command whose code is loaded when it runs, so that `--help` is quick. */
export const later =
  <A extends unknown[]>(load: () => Promise<(...given: A) => Promise<void>>) =>
  async (...given: A): Promise<void> =>
    (await load())(...given)

/** Reads an option that is a whole number; commander names the option when it is not. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It has to be a whole number from ${min} to ${max}.`)
  }
}

/** Reads an argument that is a path: an empty one would be the directory that one is in. */
export function path(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('It must not be empty.')
}

/** The examples at the end of a command's help. `douyin ` comes before those that don't have it. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line.includes('douyin ') ? '' : 'douyin '}${line}`).join('\n')}`
}
