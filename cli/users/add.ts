import type { Command } from 'commander'
import { nanoid } from 'nanoid'
import { paramsReader } from '../../src/http/endpoint/params.ts'
import { nameKey } from '../../src/lib/text/name-key.ts'
import { hashPassword } from '../../src/user/login/password.ts'
import { assertStrong } from '../../src/user/login/password-strength.ts'
import { register } from '../../src/user/model.ts'
import { Failure } from '../lib/failure.ts'
import { openOrMake } from '../lib/open.ts'
import { print, printJson } from '../lib/output.ts'
import { canAsk } from '../lib/prompt.ts'
import { readConfig } from '../lib/settings.ts'
import { clean } from '../lib/text.ts'
import { askTwice, readPipe } from './passwd.ts'

const read = paramsReader(register.params)

/** Characters of a password that is made here: 95 random bits. */
const generatedLength = 16

/**
 * `douyin users add`: a user, whoever else may register. The password is typed twice, read from a
 * pipe, or made and printed once.
 */
export async function addUser(
  given: string,
  { generate, json }: { generate?: true; json?: true },
  command: Command,
): Promise<void> {
  if (nameKey(given) === '') throw new Failure('A name needs something visible.')
  const ask = () => (canAsk() ? askTwice(clean(given)) : readPipe())
  const typed = generate ? nanoid(generatedLength) : await ask()
  const { username, password } = read(new Map(Object.entries({ username: given, password: typed })))
  if (readConfig(command).strictPasswords) assertStrong(username, password)
  await using ports = openOrMake(command)
  const { users } = ports.store
  const passwordHash = await hashPassword(password)
  const { id } = await users.create({ name: username, passwordHash })
  if (json) return printJson({ id, name: username, ...(generate ? { password } : {}) })
  const how = generate ? ` The password is ${password}, and is shown this once.` : ''
  print(`${clean(username)} is user ${id}.${how}`)
}
