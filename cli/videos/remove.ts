import type { Command } from 'commander'
import { createDiskBlobs } from '../../src/blob/disk.ts'
import { Failure } from '../lib/failure.ts'
import { openExisting } from '../lib/open.ts'
import { print, printJson } from '../lib/output.ts'
import { confirmRemoval } from '../lib/prompt.ts'
import { readConfig } from '../lib/settings.ts'
import { clean } from '../lib/text.ts'

/** Options of `douyin videos remove`. */
export interface RemoveOptions {
  readonly yes?: true
  readonly json?: true
}

/**
 * `douyin videos remove`: first the rows, then the files that no other video shows, so that whatever
 * stops it in between leaves no video without its file. @throws Failure if there is no such video
 */
export async function removeVideo(
  id: number,
  options: RemoveOptions,
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  const work = await store.videos.show(id)
  if (!work) throw new Failure(`There is no video ${id}.`)
  const what = `'${clean(work.video.title)}' by ${clean(work.author.name)}`
  await confirmRemoval(options.yes, what)
  const blobs = createDiskBlobs(readConfig(command).data)
  const names = await store.videos.remove(id)
  for (const name of names) await blobs.remove(name)
  if (options.json) return printJson({ id, removed: names })
  print(`Removed ${what}${names.length > 0 ? '' : '; another video shows the same file'}.`)
}
