import type { Command } from 'commander'
import { paramsReader } from '../../src/http/endpoint/params.ts'
import { hashPassword } from '../../src/user/login/password.ts'
import { assertStrong } from '../../src/user/login/password-strength.ts'
import { newPassword } from '../../src/user/model.ts'
import { Failure } from '../lib/failure.ts'
import { openExisting } from '../lib/open.ts'
import { print } from '../lib/output.ts'
import { askUnlessGiven, canAsk } from '../lib/prompt.ts'
import { readConfig } from '../lib/settings.ts'
import { clean } from '../lib/text.ts'
import { findExactly } from './find.ts'

const read = paramsReader(newPassword)

/**
 * `douyin users passwd`: a new password, typed twice on a terminal or read from a pipe; never from
 * the command line, which every user of the machine can read.
 */
export async function changePassword(who: string, _: object, command: Command): Promise<void> {
  await using store = openExisting(command)
  const user = await findExactly(store, who)
  const given = canAsk() ? await askTwice(clean(user.name)) : await readPipe()
  const { password } = read(new Map([['password', given]]))
  if (readConfig(command).strictPasswords) assertStrong(user.name, password)
  await store.accounts.setPassword(user.id, await hashPassword(password))
  print(`${clean(user.name)} has a new password and is logged out everywhere.`)
}

/** A new password that is typed twice. @throws Failure if the two differ */
export async function askTwice(name: string): Promise<string> {
  const ask = (question: string) =>
    askUnlessGiven(undefined, { question, missing: '', secret: true })
  const first = await ask(`New password of ${name}: `)
  if ((await ask('The same again: ')) !== first)
    throw new Failure('The passwords are not the same.')
  return first
}

/** The first line of what comes on standard input. */
export async function readPipe(): Promise<string> {
  const text = process.stdin.isTTY ? '' : await Bun.stdin.text()
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line === '')
    throw new Failure('The first line of standard input, which is the new password, is empty.', 2)
  return line
}
