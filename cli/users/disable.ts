import type { Command } from 'commander'
import { openExisting } from '../lib/open.ts'
import { print } from '../lib/output.ts'
import { clean } from '../lib/text.ts'
import { findExactly } from './find.ts'

/** `douyin users disable` and `enable`: keeps a user out at once, or lets one in again. */
export async function setDisabled(who: string, on: boolean, command: Command): Promise<void> {
  await using store = openExisting(command)
  const user = await findExactly(store, who)
  await store.accounts.setDisabled(user.id, on)
  const name = clean(user.name)
  print(on ? `${name} is logged out everywhere and kept out.` : `${name} may log in again.`)
}
