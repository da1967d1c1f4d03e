import type { Command } from 'commander'
import { createDiskBlobs } from '../../src/blob/disk.ts'
import { removeUser } from '../../src/user/remove-user.ts'
import { Failure } from '../failure.ts'
import { openExisting } from '../open.ts'
import { askUnlessGiven } from '../prompt.ts'
import { readConfig } from '../settings.ts'
import { clean, count, print, printJson } from '../ui.ts'
import type { RemoveOptions } from '../users.ts'
import { findExactly } from './find.ts'

/**
 * `douyin users remove`. What stops it in between leaves a user who is kept out and of whom less is
 * there: the same command, or the next start of the server, goes on.
 */
export async function remove(who: string, options: RemoveOptions, command: Command): Promise<void> {
  await using store = openExisting(command)
  const user = await findExactly(store, who)
  const whom = `${clean(user.name)} (id ${user.id})`
  const what = `${whom} with ${count(user.workCount, 'work')}, likes, comments, follows and messages`
  const answer = await askUnlessGiven(options.yes && 'yes', {
    question: `Remove ${what} for good? [y/N] `,
    missing: `--yes is needed to remove ${whom} where nobody can be asked.`,
  })
  if (!/^y(es)?$/i.test(answer)) throw new Failure('Nothing was removed.')
  await removeUser({ store, blobs: createDiskBlobs(readConfig(command).data) }, user.id)
  if (options.json) return printJson({ id: user.id, name: user.name })
  print(`Removed ${what}.`)
}
