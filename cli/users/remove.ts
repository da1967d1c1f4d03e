import type { Command } from 'commander'
import { createDiskBlobs } from '../../src/blob/disk.ts'
import { removeUser } from '../../src/user/remove-user.ts'
import { openExisting } from '../lib/open.ts'
import { print, printJson } from '../lib/output.ts'
import { confirmRemoval } from '../lib/prompt.ts'
import { readConfig } from '../lib/settings.ts'
import { clean, plural } from '../lib/text.ts'
import { findExactly } from './find.ts'

/** Options of `douyin users remove`. */
export interface RemoveOptions {
  readonly yes?: true
  readonly json?: true
}

/**
 * `douyin users remove`. What stops it in between leaves a user who is kept out and of whom less is
 * there: the same command, or the next start of the server, goes on.
 */
export async function remove(who: string, options: RemoveOptions, command: Command): Promise<void> {
  await using store = openExisting(command)
  const user = await findExactly(store, who)
  const what = `${clean(user.name)} (id ${user.id}) with ${plural(user.workCount, 'video')}, likes, comments, follows and messages`
  await confirmRemoval(options.yes, what)
  await removeUser({ store, blobs: createDiskBlobs(readConfig(command).data) }, user.id)
  if (options.json) return printJson({ id: user.id, name: user.name })
  print(`Removed ${what}.`)
}
