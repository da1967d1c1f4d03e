import type { Command } from 'commander'
import { removeUser } from '../../src/user/remove-user.ts'
import { openWhole } from '../lib/open.ts'
import { print, printJson } from '../lib/output.ts'
import { confirmRemoval } from '../lib/prompt.ts'
import { clean, plural } from '../lib/text.ts'
import { findToRemove } from './find.ts'

/**
 * `douyin users remove`. If it is interrupted, the user is disabled and the rest is removed by the
 * same command or the next start of the server.
 */
export async function remove(
  who: string,
  options: { yes?: true; json?: true },
  command: Command,
): Promise<void> {
  await using opened = openWhole(command)
  const { store } = opened
  const { id, name, workCount } = await findToRemove(store, who)
  const whom = name === null ? `user ${id}` : `${clean(name)} (id ${id})`
  const what =
    workCount === undefined
      ? `what is left of ${whom}`
      : `${whom} with ${plural(workCount, 'video')}, likes, comments, follows and messages`
  await confirmRemoval(options.yes, what)
  await removeUser(opened, id)
  if (options.json) return printJson({ id, name })
  print(`Removed ${what}.`)
}
