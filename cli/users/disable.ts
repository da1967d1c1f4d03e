import type { Command } from 'commander'
import { openExisting } from '../lib/open.ts'
import { print } from '../lib/output.ts'
import { clean } from '../lib/text.ts'
import { findExactly } from './find.ts'

/** `douyin users disable` and `enable`. */
export async function setDisabled(who: string, _: object, command: Command): Promise<void> {
  const disabled = command.name() === 'disable'
  await using store = openExisting(command)
  const user = await findExactly(store, who)
  await store.accounts.setDisabled(user.id, disabled)
  const name = clean(user.name)
  print(disabled ? `${name} is disabled and logged out everywhere.` : `${name} may log in again.`)
}
